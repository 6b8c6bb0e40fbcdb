import type { CampaignContent, CampaignFacts, Recipient } from './campaign.ts';

/** The variables a letter template may use, and nothing else. */
export const LETTER_VARIABLES = [
  'recipient.salutation',
  'recipient.name',
  'recipient.office',
  'recipient.country',
  'sender.name',
  'sender.place',
  'sender.country',
  'campaign.title',
  'date',
  'ownWords',
] as const;
export type LetterVariable = (typeof LETTER_VARIABLES)[number];
export type LetterValues = Record<LetterVariable, string>;

export type LetterText = { subject: string; body: string };

/**
 * Stands for an empty value while a letter is filled, so that {@link closeHoles} finds where it was.
 * NUL cannot come from anywhere else: it is taken out of what senders type, and refused in templates.
 */
export const HOLE = '\u0000';

/** Marks around a sender's value in a letter that is shown, not sent: {@link markValue}, read by the page that shows it. */
export const MARK = { open: '\u0001', name: '\u0002', close: '\u0003' } as const;

/** A value with marks around it, so that a page can show where the sender's own text stands. */
export function markValue(slot: string, value: string): string {
  return `${MARK.open}${slot}${MARK.name}${value}${MARK.close}`;
}

const MARKED = new RegExp(`${MARK.open}([A-Za-z]+)${MARK.name}[^${MARK.close}]*${MARK.close}`, 'g');

/** Fills the marked places of a letter, by their names; empty values leave no hole. Runs in the browser too. */
export function fillMarks(text: string, values: Record<string, string>): string {
  return closeHoles(text.replace(MARKED, (_, slot: string) => values[slot] || HOLE));
}

/** Takes out of a filled letter what empty values left: their lines, and the comma, space or brackets beside them. */
export function closeHoles(filled: string): string {
  const lines = filled.split('\n').filter((text) => !text.includes(HOLE) || text.replaceAll(HOLE, '').trim() !== '');
  return lines
    .map((text) =>
      text
        .replaceAll(` (${HOLE})`, '')
        .replaceAll(`${HOLE}, `, '')
        .replaceAll(`, ${HOLE}`, '')
        .replaceAll(` ${HOLE}`, '')
        .replaceAll(`${HOLE} `, '')
        .replaceAll(HOLE, ''),
    )
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '');
}

/** The letter as its sender wrote it, without the footer of who carried it (RFC 3676, 4.3: `-- ` on a line of its own). */
export function withoutFooter(body: string): string {
  const at = body.lastIndexOf('\n-- \n');
  return at < 0 ? body : body.slice(0, at).trimEnd();
}

/** A letter file: the subject on the first line, a blank line, the letter. Null where it has another shape. */
export function splitLetter(text: string): LetterText | null {
  const match = /^([^\n]+)\n\s*\n([\s\S]*\S)\s*$/.exec(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));
  return match ? { subject: (match[1] ?? '').trim(), body: match[2] ?? '' } : null;
}

/** The name of the letter text for this office in this language: its own, or else the one for all. */
export function textName(texts: Record<string, unknown>, language: string, recipientId: string): string | null {
  return [`${language}.${recipientId}`, language].find((name) => name in texts) ?? null;
}

/** The name of the short rendition that belongs to the same text; an office with a letter of its own needs its own. */
export function shortTextName(texts: Record<string, unknown>, language: string, recipientId: string): string | null {
  const long = textName(texts, language, recipientId);
  return long && `${long}.short` in texts ? `${long}.short` : null;
}

/** The languages in which there is a letter for this office: those it works in first, then the campaign's others. */
export function letterLanguages(campaign: CampaignContent, recipient: Recipient): string[] {
  const written = campaign.facts.languages.filter((language) => textName(campaign.texts, language, recipient.id));
  const office = recipient.languages.filter((language) => written.includes(language));
  return [...office, ...written.filter((language) => !office.includes(language))];
}

/** The day a letter bears: today (YYYY-MM-DD), but a demonstration's own first day. */
export function letterDay(facts: CampaignFacts, today: string): string {
  return facts.demonstration ? facts.opens : today;
}

/** By language: to make one takes longer than to write a letter. */
const calendars = new Map<string, Intl.DateTimeFormat>();

/** A day in words of `language`. Most offices that read English write the day before the month. */
export function dayInWords(day: string, language: string): string {
  let calendar = calendars.get(language);
  if (!calendar) {
    calendar = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'long', timeZone: 'UTC' });
    calendars.set(language, calendar);
  }
  return calendar.format(new Date(`${day}T00:00:00Z`));
}

/** A moment (ms since 1970) in words of `language`, in UTC: nothing is guessed of where the reader is. */
export function momentInWords(moment: number, language: string): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, format).format(moment)} UTC`;
}
