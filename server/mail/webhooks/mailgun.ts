import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ReturnedMail, Verdict } from '../../domain/bounce.ts';
import { Refusal } from '../../domain/errors.ts';
import { hardIf, hardUnless, json, letterIn, notice, sameText, shaped, statusIn, type Vendor, word } from './notice.ts';

const MINUTE = 60_000;
const OLDEST = 15 * MINUTE;
const AHEAD = 5 * MINUTE;

const Signed = z.looseObject({
  signature: z.looseObject({
    // Ten digits, no more and no fewer: time and token are signed as one text, and must not be cut at another place.
    timestamp: z
      .union([word, z.number()])
      .transform(String)
      .pipe(z.string().regex(/^\d{10}$/)),
    token: z.string().min(1).max(200),
    signature: word,
  }),
  'event-data': z.unknown().optional(),
});

const Event = z.looseObject({
  event: word,
  severity: word.nullish(),
  reason: word.nullish(),
  recipient: word.optional(),
  envelope: z.looseObject({ sender: word.optional() }).optional(),
  message: z
    .looseObject({ headers: z.looseObject({ 'message-id': word.optional(), from: word.optional() }).optional() })
    .optional(),
  'delivery-status': z
    .looseObject({
      code: z.union([z.number(), word]).nullish(),
      'enhanced-code': word.nullish(),
      message: word.nullish(),
      description: word.nullish(),
    })
    .nullish(),
});
type Event = z.infer<typeof Event>;

/**
 * Reads Mailgun's `event-data` (documentation.mailgun.com, "Webhook Payloads" and "Event types"); accepted, opened and
 * the like give nothing.
 */
export function readMailgun(payload: unknown): ReturnedMail[] {
  const event = shaped(Event, payload, 'invalid-input');
  const told = event['delivery-status'];
  const status = statusIn(
    told?.['enhanced-code'] ?? undefined,
    told?.message ?? undefined,
    told?.description ?? undefined,
  );
  const kind = kindOf(event, status);
  if (!kind) return [];
  const { headers } = event.message ?? {};
  const letter = letterIn(headers?.['message-id']) ?? letterIn(headers?.from);
  return [notice([event.envelope?.sender], letter, { kind, status, recipient: event.recipient ?? null })];
}

/**
 * `failed` comes with a severity: after `temporary` Mailgun tries again, so that is a delay. `permanent` alone does not
 * say why: `suppress-bounce`, `suppress-complaint` and `suppress-unsubscribe` were never tried, `old` was given up
 * after hours, `espblock` and the like are policy. Of the rest, `bounce` and `hardfail` are an office's server refusing
 * the address; any other reason counts as such only where the status says so.
 */
function kindOf({ event, severity, reason }: Event, status: string | null): Verdict['kind'] | null {
  if (event === 'complained') return 'complaint';
  if (event === 'delivered') return 'delivered';
  if (event === 'rejected') return 'soft';
  if (event !== 'failed') return null;
  if (severity === 'temporary') return 'delay';
  if (/^(?:suppress-.*|old|espblock|blacklisted|greylisted)$/.test(reason ?? '')) return 'soft';
  return reason === 'bounce' || reason === 'hardfail' ? hardUnless(status) : hardIf(status);
}

/**
 * Mailgun signs time and token only (HMAC-SHA256, documentation.mailgun.com, "Securing Webhooks"), not what it reports:
 * whoever saw one request could send another with its signature. So a token is taken once, and only while it is fresh.
 */
export function openMailgun(key: string): Vendor {
  return {
    span: OLDEST + AHEAD,
    async read({ body }, now) {
      const { signature, 'event-data': event } = shaped(Signed, json(body, 'malformed-request'), 'not-signed');
      const expected = createHmac('sha256', key).update(`${signature.timestamp}${signature.token}`).digest('hex');
      if (!sameText(signature.signature.toLowerCase(), expected)) throw new Refusal('not-signed');
      const age = now - Number(signature.timestamp) * 1000;
      const fresh = age <= OLDEST && age >= -AHEAD;
      return { id: signature.token, fresh, notices: fresh ? readMailgun(event) : [] };
    },
  };
}
