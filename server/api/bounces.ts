import type { Agent } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { takeReturned } from '../acts/bounce.ts';
import { Refusal } from '../domain/errors.ts';
import { keepBodies } from '../http/bodies.ts';
import { openGeneric } from '../mail/webhooks/generic.ts';
import { openMailgun } from '../mail/webhooks/mailgun.ts';
import type { Reading, SignedRequest, Vendor } from '../mail/webhooks/notice.ts';
import { openPostmark } from '../mail/webhooks/postmark.ts';
import { openSeen } from '../mail/webhooks/seen.ts';
import { openSns } from '../mail/webhooks/sns.ts';
import type { Parts } from '../parts.ts';

const BODY_LIMIT = 1024 * 1024;
const JSON_ONLY = ['application/json'];
// SNS sends JSON under this name, unless its delivery policy is told otherwise.
const SNS_BODIES = ['text/plain', 'application/json'];

/** What is answered: acted upon, or left alone because it came before or was signed too long ago. */
type Taken = { status: 'taken' | 'seen' | 'too-old' };

/**
 * Where mail services report what came back: `POST /api/bounces/ses|postmark|mailgun|webhook`, each only where it is
 * set up. `agent` is how Amazon is reached.
 */
export function bounceCalls(app: FastifyInstance, parts: Parts, agent?: Agent): void {
  const { sesTopic, postmark, mailgun, webhook } = parts.config.bounces;
  const vendors: [string, Vendor, readonly string[]][] = [];
  if (sesTopic) vendors.push(['ses', openSns(sesTopic, agent), SNS_BODIES]);
  if (postmark) vendors.push(['postmark', openPostmark(postmark), JSON_ONLY]);
  if (mailgun) vendors.push(['mailgun', openMailgun(mailgun), JSON_ONLY]);
  if (webhook) vendors.push(['webhook', openGeneric(webhook), JSON_ONLY]);
  app.register(async (scope) => {
    keepBodies(scope);
    for (const [name, vendor, bodies] of vendors) {
      const take = taker(parts, name, vendor);
      scope.post(`/api/bounces/${name}`, { bodyLimit: BODY_LIMIT, config: { bodies } }, async (request, reply) => {
        try {
          return await take({ headers: request.headers, body: String(request.body) });
        } catch (error) {
          if (vendor.challenge && isUnsigned(error)) reply.header('www-authenticate', vendor.challenge);
          throw error;
        }
      });
    }
  });
}

/**
 * Takes one vendor's requests. Repeats and late ones get 200 and no effect: a repeat has had its effect, a late one
 * will not get younger, and anything but 200 has Mailgun send it for eight hours more, Postmark as long, and has
 * others switch the address off. What could not be stored is refused with 5xx and may come again.
 */
function taker(parts: Parts, name: string, vendor: Vendor): (request: SignedRequest) => Promise<Taken> {
  const seen = openSeen(vendor.span);
  const about = { vendor: name, route: `/api/bounces/${name}` };

  async function verified(request: SignedRequest): Promise<Reading> {
    try {
      return await vendor.read(request, parts.now());
    } catch (error) {
      if (isUnsigned(error)) parts.log.warn(about, 'a bounce notice was refused: its signature is not right');
      throw error;
    }
  }

  return async (request) => {
    const reading = await verified(request);
    if (!reading.fresh) {
      parts.log.warn(
        about,
        'a bounce notice was left alone: it was signed too long ago, or one of two clocks is wrong',
      );
      return { status: 'too-old' };
    }
    const { id } = reading;
    if (id !== null && !seen.note(id, parts.now())) {
      parts.log.warn(about, 'a bounce notice was left alone: it came before');
      return { status: 'seen' };
    }
    try {
      await act(parts, name, reading);
    } catch (error) {
      if (id !== null) seen.forget(id);
      throw error;
    }
    return { status: 'taken' };
  };
}

function isUnsigned(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'not-signed';
}

async function act(parts: Parts, vendor: string, reading: Reading): Promise<void> {
  for (const notice of reading.notices) {
    const outcome = await takeReturned(parts, notice);
    parts.log.info({ vendor, kind: notice.verdict.kind, outcome }, 'a bounce notice was taken');
  }
  if (reading.subscribe) {
    await reading.subscribe();
    parts.log.info({ vendor }, 'the topic of the bounces is subscribed to');
  }
  if (reading.unsubscribed) parts.log.warn({ vendor }, 'the topic of the bounces is no longer subscribed to');
}
