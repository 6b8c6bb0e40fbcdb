import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';
import type { ReturnedMail } from '../../domain/bounce.ts';
import { Refusal } from '../../domain/errors.ts';
import { readReturned } from '../returned.ts';
import { json, notice, sameText, shaped, type Vendor, word } from './notice.ts';

const TOLERANCE = 5 * 60_000;

const letter = z.string().regex(/^[0-9a-f]{32}$/i, 'is not a letter’s id');

/** What may be sent here; docs/operating.md describes it. */
export const BounceNotice = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('bounce'),
    address: word.optional(),
    letter: letter.optional(),
    kind: z.enum(['hard', 'soft', 'auto-reply', 'complaint', 'delay', 'delivered', 'unknown']),
    status: z
      .string()
      .regex(/^[245]\.\d{1,3}\.\d{1,3}$/)
      .nullish(),
    recipient: word.nullish(),
  }),
  z.looseObject({ type: z.literal('message'), address: word.optional(), raw: z.base64().min(1) }),
]);

/** Reads what a bridge of the operator's own reports: a verdict it has come to, or the returned mail itself. */
export async function readGeneric(payload: unknown): Promise<ReturnedMail[]> {
  const told = shaped(BounceNotice, payload, 'invalid-input');
  if (told.type === 'message') {
    const { verdict, addresses } = await readReturned(Buffer.from(told.raw, 'base64'));
    return [notice([told.address, ...addresses], undefined, verdict)];
  }
  if (!told.address && !told.letter)
    throw new Refusal('invalid-input', {}, [{ field: 'address', fault: 'fault.type' }]);
  const verdict = { kind: told.kind, status: told.status ?? null, recipient: told.recipient ?? null };
  return [notice([told.address], told.letter?.toLowerCase(), verdict)];
}

/**
 * Standard Webhooks (standardwebhooks.com): id, time and body are signed together. The library refuses a time that is
 * off before it looks at the signature; a request without a right one must be refused whatever its time, so then the
 * signature is looked at here.
 */
export function openGeneric(secret: string): Vendor {
  const webhook = openWebhook(secret);
  return {
    span: 2 * TOLERANCE,
    async read({ headers, body }) {
      const given = signatureHeaders(headers);
      const id = given['webhook-id'];
      try {
        webhook.verify(body, given, { jsonParse: false });
      } catch (error) {
        if (!(error instanceof WebhookVerificationError) || !isSigned(webhook, given, body))
          throw new Refusal('not-signed');
        return { id, fresh: false, notices: [] };
      }
      return { id, fresh: true, notices: await readGeneric(json(body, 'invalid-input')) };
    },
  };
}

function openWebhook(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new Error('BOUNCE_WEBHOOK is no base64 after whsec_; make one with: echo whsec_$(openssl rand -base64 32)');
  }
}

type Signature = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

function signatureHeaders(headers: Record<string, string | string[] | undefined>): Signature {
  const header = (name: keyof Signature) => (typeof headers[name] === 'string' ? headers[name] : '');
  return {
    'webhook-id': header('webhook-id').slice(0, 200),
    'webhook-timestamp': header('webhook-timestamp'),
    'webhook-signature': header('webhook-signature'),
  };
}

function isSigned(webhook: Webhook, given: Signature, body: string): boolean {
  if (!given['webhook-id'] || !/^\d{1,11}$/.test(given['webhook-timestamp'])) return false;
  const expected = webhook.sign(given['webhook-id'], new Date(Number(given['webhook-timestamp']) * 1000), body);
  return given['webhook-signature'].split(' ').some((each) => sameText(each, expected));
}
