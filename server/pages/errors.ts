import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { FIELD_OF, Refusal, type RefusalCode } from '../domain/errors.ts';
import { Busy } from '../http/guard.ts';
import type { PutHeaders } from '../http/headers.ts';
import { pageLanguage, placeOf, preferredLanguage } from '../http/request.ts';
import { StoreFault } from '../store/connection.ts';
import { KeysFault } from '../vault/keys.ts';
import { type PageParts, sendPage } from './page.ts';

/** Every refusal in one place: as a page for people, as problem+json (RFC 9457) for programs. */
export function errorAnswers(app: FastifyInstance, parts: PageParts): void {
  app.setNotFoundHandler((request, reply) => answer(parts, request, reply, new Refusal('not-found')));
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const refusal = asRefusal(error);
    if (refusal.status >= 500)
      parts.log.error(
        { route: request.routeOptions.url, fault: faultName(error), at: whereIn(error) },
        'a request failed',
      );
    return answer(parts, request, reply, refusal);
  });
}

/** An address that is not well-formed reaches no route and no hook; it is refused in the same words, under the same headers. */
export function badAddress(
  parts: PageParts,
  putHeaders: PutHeaders,
): NonNullable<FastifyServerOptions['frameworkErrors']> {
  return (_error, asked, answering) => {
    const [request, reply] = [asked as FastifyRequest, answering as FastifyReply];
    putHeaders(request, reply);
    void answer(parts, request, reply, new Refusal('malformed-request'));
  };
}

const FRAMEWORK: Record<string, RefusalCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
};

function asRefusal(error: FastifyError | Error): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreFault || error instanceof KeysFault) return new Refusal('unavailable');
  const { code = '', statusCode = 500 } = error as FastifyError;
  if (FRAMEWORK[code]) return new Refusal(FRAMEWORK[code]);
  if (statusCode === 404) return new Refusal('not-found');
  return new Refusal(statusCode >= 400 && statusCode < 500 ? 'malformed-request' : 'internal');
}

/** Never the message: it can hold what somebody typed. */
function faultName(error: Error): string {
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}

/** The places in our own code; the first line of a stack is the message, so it is left out. */
function whereIn(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at .*\/server\//.test(line))
    .slice(0, 4)
    .map((line) => line.trim());
}

function answer(
  parts: PageParts,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): Promise<FastifyReply> | FastifyReply {
  const language = languageFor(parts, request);
  const say = (part: 'title' | 'text') => parts.views.say(language, `error.${refusal.code}.${part}`, refusal.values);
  reply.header('cache-control', 'no-store');
  if (refusal instanceof Busy) reply.header('retry-after', '60');
  if (isForPrograms(request)) {
    const field = FIELD_OF[refusal.code];
    const told = refusal.faults.map(({ field, fault, values }) => ({
      field,
      message: parts.views.say(language, fault, values),
    }));
    const errors = told.length === 0 && field ? [{ field, message: say('title') }] : told;
    const problem = {
      type: `about:blank#${refusal.code}`,
      title: say('title'),
      status: refusal.status,
      detail: say('text'),
    };
    return reply
      .code(refusal.status)
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify({ ...problem, ...(refusal.status === 422 && { errors }), ...extras(refusal) }));
  }
  return sendPage(
    parts,
    reply,
    language,
    'error',
    { title: say('title'), heading: say('title'), text: say('text') },
    refusal.status,
  );
}

/** What a program needs to go on, beyond the sentence. */
function extras(refusal: Refusal): Record<string, unknown> {
  return refusal instanceof Busy ? { challenge: refusal.challenge } : {};
}

/** The page's language if it can be told; an error about the language itself is told in the browser's. */
function languageFor(parts: PageParts, request: FastifyRequest): string {
  try {
    return pageLanguage(parts, request);
  } catch {
    return preferredLanguage(parts, request);
  }
}

function isForPrograms(request: FastifyRequest): boolean {
  const place = placeOf(request);
  return place.startsWith('/api/') || place.startsWith('/mailbox.json');
}
