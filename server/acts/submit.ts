import type { z } from 'zod';
import { addresseeOf } from '../campaigns/addressee.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { mailboxOf } from '../domain/address.ts';
import { declaredSource, type Recipient, SUSPECTED } from '../domain/campaign.ts';
import { type FieldFault, Refusal } from '../domain/errors.ts';
import { addShares, type OwnShare, ownWordsShare, rewrittenShare } from '../domain/likeness.ts';
import { Rewritten, Sender } from '../domain/sender.ts';
import { SPANS } from '../domain/states.ts';
import { dayOf } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';
import type { Secrets } from '../vault/vault.ts';
import { assertOpen, choose, meantRecipients, readCountry, waysTo } from './choose.ts';
import { type LetterFor, letterLanguage, withFooter, writeLetter } from './write.ts';

/** What a citizen sends in, by form or API. `lang` is the language of the page, and so of the confirmation mail. */
export type Submitted = {
  country: string;
  recipients?: string[] | undefined;
  language?: string | undefined;
  source?: string | undefined;
  lang: string;
  fields: Record<string, unknown>;
  /** Comes in a flood: counted apart. */
  suspected?: boolean;
  /** The confirmation mail names neither campaign nor organiser. */
  neutral?: boolean | undefined;
  /** Wants to hear from the campaign. */
  contact?: boolean | undefined;
};

/** `addressee`: whom it was written to (campaigns/addressee.ts); letters of before know none. */
export type SealedLetter = { recipient: string; addressee?: string; language: string; subject: string; body: string };
/** What a submission holds, sealed. `own`: how much of its letters the sender wrote. */
export type SubmissionContent = Sender & {
  secrets: Secrets;
  lang: string;
  letters: SealedLetter[];
  own?: OwnShare;
  neutral?: boolean;
  contact?: boolean;
  /** The campaign's revision that was shown and agreed to. */
  revision?: number;
};

/**
 * Takes a person's act: checks it, writes its letters as they will go, seals them, and owes a confirmation mail.
 * The answer is the same for everybody: nobody learns who has written.
 * @throws Refusal
 */
export async function submit(
  parts: Parts,
  campaign: LiveCampaign,
  submitted: Submitted,
): Promise<{ handle: string; expiresAt: number; email: string }> {
  const now = parts.now();
  assertOpen(campaign, now);
  const country = readCountry(parts.world, submitted.country);
  const recipients = meantRecipients(choose(parts, campaign, country), submitted.recipients);
  assertSendable(campaign, recipients, country);
  const { sender, rewritten } = readFields(parts, campaign, submitted.fields);
  assertNoRecipient(campaign, sender.email);

  const id = parts.vault.newId();
  const act = { id, campaign, submitted: { ...submitted, country }, sender, rewritten };
  const written = recipients.map((recipient) => sealedLetter(parts, act, recipient));
  const letters = written.map(({ letter }) => letter);
  const own = addShares(written.map(({ share }) => share));
  const secrets = parts.vault.newSecrets();
  const { neutral = false, contact = false } = submitted;
  const { revision } = campaign;
  if (contact && !campaign.facts.contacts)
    throw new Refusal('invalid-input', {}, [{ field: 'contact', fault: 'fault.contact.unasked' }]);
  const content: SubmissionContent = {
    ...sender,
    secrets,
    lang: submitted.lang,
    letters,
    own,
    neutral,
    contact,
    revision,
  };
  const source = submitted.suspected ? SUSPECTED : declaredSource(campaign.facts, submitted.source);
  const cell = { day: dayOf(now), country, source };
  const expiresAt = now + SPANS.confirmation;
  await parts.store.submissions.add(
    {
      id,
      campaign: campaign.slug,
      ...cell,
      recipients: recipients.map((recipient) => recipient.id).join(' '),
      tokenHash: parts.vault.lookup(secrets.token),
      handleHash: parts.vault.lookup(secrets.handle),
      ...parts.vault.sealJson(`submission ${id}`, content, now),
      dueAt: now,
      expiresAt,
    },
    recipients.map((recipient) => ({ ...cell, recipient: recipient.id, counter: 'pending', n: 1 })),
  );
  parts.wake();
  return { handle: secrets.handle, expiresAt, email: sender.email };
}

function assertSendable(campaign: LiveCampaign, recipients: Recipient[], country: string): void {
  const unreachable = recipients.find((recipient) => !waysTo(campaign, recipient, country).includes('send'));
  if (unreachable) throw new Refusal('send-not-possible', { recipient: unreachable.name });
}

/** What the person typed, or every fault of it at once. @throws Refusal `invalid-input`, `editing-not-allowed` */
function readFields(
  { views }: Parts,
  campaign: LiveCampaign,
  fields: Record<string, unknown>,
): { sender: Sender; rewritten: Rewritten | null } {
  const { editing } = campaign.facts;
  const rewrites = given(fields.subject) || given(fields.body);
  if (rewrites && editing !== 'full')
    throw new Refusal('editing-not-allowed', {}, [
      { field: given(fields.subject) ? 'subject' : 'body', fault: 'fault.body.fixed' },
    ]);
  if (given(fields.ownWords) && editing === 'none') {
    throw new Refusal('editing-not-allowed', {}, [{ field: 'ownWords', fault: 'fault.ownWords.fixed' }]);
  }
  const sender = Sender.safeParse({ name: '', email: '', ...fields });
  const rewritten = rewrites ? Rewritten.safeParse({ subject: '', body: '', ...fields }) : null;
  const faults = [
    ...faultsOf(sender.error),
    ...faultsOf(rewritten?.error),
    ...(rewritten?.success ? unsigned(views, rewritten.data) : []),
  ];
  if (!sender.success || rewritten?.success === false || faults.length > 0)
    throw new Refusal('invalid-input', {}, faults);
  return { sender: sender.data, rewritten: rewritten?.data ?? null };
}

/** A letter to be rewritten is offered with a word where the name belongs; it must not go to an office like that. */
function unsigned(views: Parts['views'], { body }: Rewritten): FieldFault[] {
  const placeholder = views.languages
    .map((language) => views.say(language, 'draft.placeholder'))
    .find((each) => body.includes(each));
  return placeholder ? [{ field: 'body', fault: 'fault.body.unsigned', values: { placeholder } }] : [];
}

function given(value: unknown): boolean {
  return value !== undefined && value !== '';
}

/** The first fault of each field, as keys of the catalogue; a wrong type is told as such. */
export function faultsOf(error: z.ZodError | undefined): FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const issue of error?.issues ?? []) {
    const field = String(issue.path[0] ?? 'body');
    if (!faults.has(field))
      faults.set(field, { field, fault: issue.message.startsWith('fault.') ? issue.message : 'fault.type' });
  }
  return [...faults.values()];
}

/** An office cannot be made to write to itself, nor can its address be used to receive our mail. */
function assertNoRecipient(campaign: LiveCampaign, email: string): void {
  const own = mailboxOf(email);
  if (campaign.recipients.some((recipient) => recipient.email && mailboxOf(recipient.email) === own)) {
    throw new Refusal('invalid-input', {}, [{ field: 'email', fault: 'fault.email.recipient' }]);
  }
}

type Act = {
  id: string;
  campaign: LiveCampaign;
  submitted: Submitted;
  sender: Sender;
  rewritten: Rewritten | null;
};

/** The letter to one office as it will go, worded by what only this submission has: its id. */
function sealedLetter(parts: Parts, act: Act, recipient: Recipient): { letter: SealedLetter; share: OwnShare } {
  const { id, campaign, submitted, sender, rewritten } = act;
  const language = letterLanguage(campaign, recipient, submitted.language);
  const letter = { campaign, recipient, country: submitted.country, language };
  const { subject, body } = rewritten ?? writeLetter(letter, sender, parts.now(), `${id} ${recipient.id}`);
  const share = shareOf(letter, body, sender, rewritten !== null, parts.now());
  const sealed = {
    recipient: recipient.id,
    addressee: addresseeOf(recipient),
    language,
    subject,
    body: withFooter(parts.views, letter, sender.name, body),
  };
  return { letter: sealed, share };
}

/** Counting words takes longer than writing the letter, so it is left where there is nothing to count. */
function shareOf(letter: LetterFor, body: string, sender: Sender, isRewritten: boolean, now: number): OwnShare {
  if (isRewritten)
    return rewrittenShare(body, writeLetter(letter, { ...sender, ownWords: '' }, now).body, letter.language);
  return sender.ownWords === '' ? { own: 0, all: 0 } : ownWordsShare(body, sender.ownWords, letter.language);
}
