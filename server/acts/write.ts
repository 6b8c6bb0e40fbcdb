import type { LiveCampaign } from '../campaigns/register.ts';
import { inLanguage, officeIn, type Recipient, salutationIn } from '../domain/campaign.ts';
import { countryName } from '../domain/countries.ts';
import { Refusal } from '../domain/errors.ts';
import { dayInWords, type LetterText, letterDay, letterLanguages, shortTextName, textName } from '../domain/letter.ts';
import { dayOf } from '../domain/tally.ts';
import type { Views } from '../views/views.ts';

export type LetterFor = { campaign: LiveCampaign; recipient: Recipient; country: string; language: string };
/** What the sender adds to a letter; empty texts leave no hole. */
export type SenderWords = { name: string; place: string; ownWords: string };

export const UNSIGNED: SenderWords = { name: '', place: '', ownWords: '' };

/** The language of the letter: the one asked for if there is such a letter, or the office's. Throws where it is unknown. */
export function letterLanguage(campaign: LiveCampaign, recipient: Recipient, asked: string | undefined): string {
  const languages = letterLanguages(campaign, recipient);
  const language = asked || languages[0];
  if (!language || !languages.includes(language)) throw new Refusal('unknown-language', { language: asked ?? '' });
  return language;
}

/**
 * The letter, filled. `now` (ms) gives its date; a demonstration's letters bear its own. With a seed it is worded by the
 * variants that the seed chooses, always the same ones; without one it is the main text.
 */
export function writeLetter(letter: LetterFor, sender: SenderWords, now: number, seed?: string): LetterText {
  const name = textName(letter.campaign.texts, letter.language, letter.recipient.id);
  return fill(letter, name, sender, now, seed) ?? { subject: '', body: '' };
}

/** Whether letters to this office in this language are worded by variants. */
export function varies({ campaign, language, recipient }: Omit<LetterFor, 'country'>): boolean {
  return campaign.letters.get(textName(campaign.texts, language, recipient.id) ?? '')?.varies ?? false;
}

/** The short rendition, filled; null where the campaign has none. */
export function writeShort(letter: LetterFor, sender: SenderWords, now: number): LetterText | null {
  return fill(letter, shortTextName(letter.campaign.texts, letter.language, letter.recipient.id), sender, now);
}

function fill(
  { campaign, recipient, country, language }: LetterFor,
  name: string | null,
  sender: SenderWords,
  now: number,
  seed?: string,
): LetterText | null {
  const compiled = name ? campaign.letters.get(name) : undefined;
  if (!compiled) return null;
  const values = {
    'recipient.salutation': salutationIn(recipient, language),
    'recipient.name': recipient.name,
    'recipient.office': officeIn(recipient, language),
    'recipient.country': countryName(recipient.country, language),
    'sender.name': sender.name,
    'sender.place': sender.place,
    'sender.country': countryName(country, language),
    'campaign.title': inLanguage(campaign.facts.title, language, campaign.facts),
    date: dayInWords(letterDay(campaign.facts, dayOf(now)), language),
    ownWords: sender.ownWords,
  };
  return compiled.fill(values, seed);
}

/** The letter as it arrives: below a line of its own, who carries it and how the office reaches the sender. */
export function withFooter(views: Views, { campaign, language }: LetterFor, name: string, body: string): string {
  const { organiser } = campaign.facts;
  const say = (key: string) =>
    views.say(language, `letter.footer.${key}`, { organiser: organiser.name, contact: organiser.contact, name });
  return `${body}\n\n-- \n${[say('carried'), say('reply'), say('contact')].join('\n')}\n`;
}
