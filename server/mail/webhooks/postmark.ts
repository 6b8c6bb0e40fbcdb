import { z } from 'zod';
import type { ReturnedMail, Verdict } from '../../domain/bounce.ts';
import { Refusal } from '../../domain/errors.ts';
import { hardUnless, json, letterIn, notice, sameText, shaped, statusIn, type Vendor, word } from './notice.ts';

/**
 * Postmark's words for a bounce, as "Bounce types" at postmarkapp.com/developer/api/bounce-api describes them. Only
 * HardBounce (unknown user, mailbox not found) and BadEmailAddress say that an address is gone. What Postmark's own
 * lists or a server's policy stopped leaves the address as it is; DnsError is temporary by Postmark's description.
 * Transient means that Postmark still tries. What strangers write to a return path (Subscribe, OpenRelayTest) says
 * nothing of a letter.
 */
const KINDS = new Map<string, Verdict['kind']>(
  Object.entries({
    HardBounce: 'hard',
    BadEmailAddress: 'hard',
    SoftBounce: 'soft',
    Undeliverable: 'soft',
    DnsError: 'soft',
    SpamNotification: 'soft',
    VirusNotification: 'soft',
    Blocked: 'soft',
    ISPBlocked: 'soft',
    DMARCPolicy: 'soft',
    ManuallyDeactivated: 'soft',
    SMTPApiError: 'soft',
    TemplateRenderingFailed: 'soft',
    Transient: 'delay',
    AutoResponder: 'auto-reply',
    AddressChange: 'auto-reply',
    ChallengeVerification: 'auto-reply',
    SpamComplaint: 'complaint',
  } as const),
);

const Report = z.looseObject({
  RecordType: word,
  Type: word.optional(),
  Email: word.optional(),
  Recipient: word.optional(),
  From: word.optional(),
  Details: word.nullish(),
  Description: word.nullish(),
  Metadata: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Reads the payload of Postmark's bounce, spam complaint and delivery webhooks; the others (opens, clicks) give nothing.
 * Postmark sets a return path of its own, so a letter is known by its From address, or by `Metadata.letter`. A delivery
 * names no From: without metadata nobody can tell which letter it is about.
 */
export function readPostmark(payload: unknown): ReturnedMail[] {
  const report = shaped(Report, payload, 'invalid-input');
  const letter = letterIn(report.From) ?? letterIn(`${String(report.Metadata?.letter ?? '')}@`);
  const recipient = report.Email ?? report.Recipient ?? null;
  const about = (kind: Verdict['kind'], status: string | null) => [notice([], letter, { kind, status, recipient })];
  const status = statusIn(report.Details ?? undefined, report.Description ?? undefined);
  if (report.RecordType === 'SpamComplaint') return about('complaint', null);
  if (report.RecordType === 'Delivery') return about('delivered', status);
  if (report.RecordType !== 'Bounce') return [];
  const kind = KINDS.get(report.Type ?? '') ?? 'unknown';
  return about(kind === 'hard' ? hardUnless(status) : kind, status);
}

/**
 * Postmark signs nothing: it knows user and password (RFC 7617), and we compare them. So there is no time and no
 * number by which a repeat could be told; whoever can repeat a request knows the password.
 */
export function openPostmark(credentials: string): Vendor {
  const expected = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return {
    span: 0,
    challenge: 'Basic realm="bounces"',
    async read({ headers, body }) {
      if (!sameText(String(headers.authorization ?? '').replace(/^basic +/i, 'Basic '), expected))
        throw new Refusal('not-signed');
      return { id: null, fresh: true, notices: readPostmark(json(body, 'invalid-input')) };
    },
  };
}
