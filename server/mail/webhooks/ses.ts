import { z } from 'zod';
import type { ReturnedMail, Verdict } from '../../domain/bounce.ts';
import { hardUnless, letterIn, notice, shaped, statusIn, word } from './notice.ts';

const Recipients = z
  .array(z.looseObject({ emailAddress: word, status: word.nullish(), diagnosticCode: word.nullish() }))
  .max(100);
type Recipient = z.infer<typeof Recipients>[number];

const Event = z.looseObject({
  notificationType: word.optional(),
  eventType: word.optional(),
  mail: z
    .looseObject({
      source: word.nullish(),
      destination: z.array(word).max(100).nullish(),
      headers: z
        .array(z.looseObject({ name: word, value: word }))
        .max(200)
        .nullish(),
      commonHeaders: z.looseObject({ messageId: word.nullish(), returnPath: word.nullish() }).nullish(),
    })
    .optional(),
  bounce: z.looseObject({ bounceType: word, bounceSubType: word.optional(), bouncedRecipients: Recipients }).optional(),
  complaint: z
    .looseObject({
      complainedRecipients: Recipients,
      complaintFeedbackType: word.nullish(),
      complaintSubType: word.nullish(),
    })
    .optional(),
  delivery: z.looseObject({ recipients: z.array(word).max(100), smtpResponse: word.nullish() }).optional(),
  deliveryDelay: z.looseObject({ delayedRecipients: Recipients }).optional(),
});
type Event = z.infer<typeof Event>;

/**
 * Reads what Amazon SES publishes (docs.aws.amazon.com/ses, "Amazon SNS notification contents for Amazon SES" and
 * "Contents of event data that Amazon SES publishes to Amazon SNS"): `notificationType` where a topic is set for an
 * identity, `eventType` where a configuration set publishes. Events about nothing that came back give nothing.
 * A letter is known by `mail.source`, our envelope sender; where SES was asked to include headers, by its Message-ID too.
 */
export function readSes(payload: unknown): ReturnedMail[] {
  const event = shaped(Event, payload, 'invalid-input');
  const mail = event.mail ?? {};
  const header = (name: string) => mail.headers?.find((each) => each.name.toLowerCase() === name)?.value;
  // SES gives mail a Message-ID of its own; ours stands among the headers.
  const letter =
    letterIn(header('message-id')) ?? letterIn(mail.commonHeaders?.messageId ?? undefined) ?? letterIn(header('from'));
  const addresses = [mail.source ?? undefined, mail.commonHeaders?.returnPath ?? undefined];
  return verdicts(event).map((verdict) => notice(addresses, letter, verdict));
}

function verdicts(event: Event): Verdict[] {
  const { bounce, complaint, delivery, deliveryDelay } = event;
  const type = event.eventType ?? event.notificationType;
  // A type without its part would otherwise pass for nothing.
  if (type === 'Bounce')
    return shaped(Recipients, bounce?.bouncedRecipients, 'invalid-input').map((to) => bounced(event, to));
  if (type === 'Complaint') {
    const kind = complained(complaint?.complaintFeedbackType, complaint?.complaintSubType);
    return shaped(Recipients, complaint?.complainedRecipients, 'invalid-input').map((to) => verdict(kind, to));
  }
  if (type === 'DeliveryDelay')
    return shaped(Recipients, deliveryDelay?.delayedRecipients, 'invalid-input').map((to) => verdict('delay', to));
  if (type === 'Delivery')
    return shaped(z.array(word), delivery?.recipients, 'invalid-input').map((recipient) => ({
      kind: 'delivered',
      status: statusIn(delivery?.smtpResponse ?? undefined),
      recipient,
    }));
  // Reject: SES found a virus and never sent it.
  if (type === 'Reject') return [{ kind: 'soft', status: null, recipient: event.mail?.destination?.[0] ?? null }];
  return [];
}

/**
 * Permanent with General or NoEmail is a server's refusal: hard, unless its status names another reason. Suppressed and
 * OnAccountSuppressionList mean that SES never tried, by a list that other senders' mail has filled: soft. Transient
 * (General, MailboxFull, MessageTooLarge, ContentRejected, AttachmentRejected, …) comes when SES has given up: soft.
 */
function bounced({ bounce }: Event, to: Recipient): Verdict {
  const status = statusOf(to);
  if (bounce?.bounceType === 'Transient') return verdict('soft', to);
  if (bounce?.bounceType !== 'Permanent') return verdict('unknown', to);
  const isRefusal = bounce.bounceSubType === 'General' || bounce.bounceSubType === 'NoEmail';
  return verdict(isRefusal ? hardUnless(status) : 'soft', to);
}

/** Somebody pressed "spam"; `not-spam` takes that back, and with the sub-type SES itself stopped the mail. */
function complained(feedback: string | null | undefined, subType: string | null | undefined): Verdict['kind'] {
  if (subType === 'OnAccountSuppressionList') return 'soft';
  return feedback === 'not-spam' ? 'unknown' : 'complaint';
}

function verdict(kind: Verdict['kind'], to: Recipient): Verdict {
  return { kind, status: statusOf(to), recipient: to.emailAddress };
}

function statusOf(to: Recipient): string | null {
  return statusIn(to.status ?? undefined, to.diagnosticCode ?? undefined);
}
