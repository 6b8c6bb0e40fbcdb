import type { LiveCampaign } from '../campaigns/register.ts';
import { declaredSource, type Recipient } from '../domain/campaign.ts';
import { type DraftText, draftEml, draftLinks, LINK_FORMS, type LinkForm } from '../domain/drafts.ts';
import { Refusal } from '../domain/errors.ts';
import { dayOf } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';
import { waysTo } from './choose.ts';
import { letterLanguage, type SenderWords, writeLetter, writeShort } from './write.ts';

/** A letter to send oneself: its text, and the links that carry it into a mail program. */
export type Draft = {
  recipient: Recipient;
  language: string;
  to: string | null;
  form: string | null;
  whole: DraftText;
  short: DraftText | null;
} & ReturnType<typeof draftLinks>;

/** By what a draft's variants are chosen, so that two people's drafts are not alike; it says nothing of anybody. */
export function newVersion(parts: Pick<Parts, 'vault'>): string {
  return parts.vault.newId().slice(0, 8);
}

/** A version as a page or link carried it; null for anything else. */
export function readVersion(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{8}$/.test(text) ? text : null;
}

/**
 * Makes a draft for an office; nothing is kept of it. The same version gives the same text, none the letter's main one.
 * @throws Refusal where an office takes neither mail nor a form
 */
export function makeDraft(
  parts: Parts,
  campaign: LiveCampaign,
  recipient: Recipient,
  country: string,
  asked: string | undefined,
  sender: SenderWords,
  version: string | null,
): Draft {
  const ways = waysTo(campaign, recipient, country);
  if (!ways.includes('draft') && !ways.includes('form'))
    throw new Refusal('draft-not-possible', { recipient: recipient.name });
  const language = letterLanguage(campaign, recipient, asked);
  const letter = { campaign, recipient, country, language };
  const seed = version === null ? undefined : `${version} ${recipient.id}`;
  const whole = labelled(parts, campaign, language, writeLetter(letter, sender, parts.now(), seed));
  const shortText = writeShort(letter, sender, parts.now());
  const short = shortText && labelled(parts, campaign, language, shortText);
  const to = recipient.email ?? null;
  return {
    recipient,
    language,
    to,
    form: recipient.contactForm ?? null,
    whole,
    short,
    ...(to ? draftLinks(to, whole, short) : NO_LINKS),
  };
}

/** An office that takes only its own form has no address for a link to carry. */
const none = () => Object.fromEntries(LINK_FORMS.map((form) => [form, null])) as Record<LinkForm, null>;
const NO_LINKS = { links: none(), carries: none() };

/** The draft as a file that mail programs open for sending. */
export function draftFile(draft: Draft): string {
  return draftEml(draft.to ?? '', draft.whole);
}

/** A draft leaves this house for a real mail program: a demonstration's says in its subject what it is. */
function labelled(parts: Parts, campaign: LiveCampaign, language: string, text: DraftText): DraftText {
  if (!campaign.facts.demonstration) return text;
  return { ...text, subject: parts.views.say(language, 'draft.demonstration', { subject: text.subject }) };
}

const ASKING = 7 * 24 * 3_600_000;

/** Counts drafts that were opened. */
export async function countPrepared(
  parts: Parts,
  campaign: LiveCampaign,
  country: string,
  source: string | undefined,
  recipients: readonly Recipient[],
): Promise<void> {
  const cell = { day: dayOf(parts.now()), country, source: declaredSource(campaign.facts, source) };
  await parts.store.tally.move(
    campaign.slug,
    recipients.map((recipient) => ({ ...cell, recipient: recipient.id, counter: 'prepared', n: 1 })),
  );
}

const about = (campaign: LiveCampaign, country: string, recipient: string, source: string) =>
  `${campaign.slug} ${country} ${recipient} ${source}`;

/** A ticket for "Did you send it?", good for a week and for one answer about this office. */
export function saidTicket(
  parts: Parts,
  campaign: LiveCampaign,
  country: string,
  recipient: Recipient,
  source: string | undefined,
): string {
  return parts.vault.newTicket(
    about(campaign, country, recipient.id, declaredSource(campaign.facts, source)),
    parts.now() + ASKING,
  );
}

/** Counts that the citizen says they sent it, once for each ticket; a ticket that is spent or not ours counts nothing. */
export async function countSaid(
  parts: Parts,
  campaign: LiveCampaign,
  country: string,
  recipient: Recipient,
  source: string | undefined,
  ticket: string,
): Promise<void> {
  const declared = declaredSource(campaign.facts, source);
  const read = parts.vault.readTicket(ticket, about(campaign, country, recipient.id, declared), parts.now());
  if (!read) return;
  const move = {
    day: dayOf(parts.now()),
    country,
    recipient: recipient.id,
    source: declared,
    counter: 'said' as const,
    n: 1,
  };
  await parts.store.tickets.spend(campaign.slug, read.number, read.expiresAt, [move]);
}
