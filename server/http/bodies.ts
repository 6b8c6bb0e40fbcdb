import type { FastifyInstance } from 'fastify';
import { type Node, parseTree } from 'jsonc-parser';
import { Refusal } from '../domain/errors.ts';
import { placeOf } from './request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The kinds of body this route takes, where they are others than its neighbours'. */
    bodies?: readonly string[];
    /** Whether it answers only to a token, and so to no stranger's page. */
    needsToken?: boolean;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * How request bodies are read: JSON and forms, strictly. The framework by itself would replace bytes that are no UTF-8,
 * keep the last of two equal JSON keys, and let halves of surrogate pairs pass; here each of these is refused.
 */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // The API takes JSON only and pages take forms only: a form on a stranger's page can then reach no call of the API.
  app.addHook('onRequest', async (request) => {
    if (request.method !== 'POST') return;
    const [kind, ...details] = (request.headers['content-type'] ?? '')
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const usual = placeOf(request).startsWith('/api/') ? 'application/json' : 'application/x-www-form-urlencoded';
    const expected = request.routeOptions.config?.bodies ?? [usual];
    const isUtf8 = details.every((part) => !part.startsWith('charset=') || /^charset="?utf-8"?$/.test(part));
    if (!expected.includes(kind ?? '') || !isUtf8) throw new Refusal('unsupported-media-type');
  });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJson(decode(body)),
  );
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseForm(decode(body)),
  );
}

/** In these routes JSON and plain text come as the text they are: what is signed must not be read before it is verified. */
export function keepBodies(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser(
    ['application/json', 'text/plain'],
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => decode(body),
  );
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new Refusal('malformed-request');
  }
}

/** A JSON text as a value. @throws Refusal for bad syntax, two equal keys, keys that reach prototypes, or broken characters */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const tree = parseTree(text);
    if (tree) assertPlain(tree);
    return value;
  } catch {
    // Bad syntax, a refusal from below, or so many brackets in each other that no reader comes to their end.
    throw new Refusal('malformed-request');
  }
}

function assertPlain(node: Node): void {
  if (node.type === 'string' && !(node.value as string).isWellFormed()) throw new Refusal('malformed-request');
  if (node.type === 'object') {
    const keys = (node.children ?? []).map((property) => String(property.children?.[0]?.value));
    if (new Set(keys).size < keys.length || keys.includes('__proto__')) throw new Refusal('malformed-request');
  }
  for (const child of node.children ?? []) assertPlain(child);
}

/** A form as names and values; a name that comes several times has a list. @throws Refusal where an escape is no UTF-8 */
export function parseForm(text: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name = '', ...rest] = pair.split('=');
    const key = unescapeForm(name);
    const value = unescapeForm(rest.join('='));
    const before = fields[key];
    fields[key] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}

function unescapeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal('malformed-request');
  }
}
