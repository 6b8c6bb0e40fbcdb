import { writeLetter, writeShort } from '../acts/write.ts';
import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import { type DraftText, draftLinks } from '../domain/drafts.ts';
import { shortTextName, textName } from '../domain/letter.ts';
import type { CompiledLetter } from '../views/letters.ts';
import { doubt, type Found, inLetters, stop } from './check/found.ts';
import { asDraft } from './register.ts';

// What a draft is measured with: a name as long as most are.
const SENDER = { name: 'Maximiliane Oberhofer-Gut', place: '', ownWords: '' };
/** Where the invented sender of a letter lives, if not in the office's own country. */
export const RESIDENCE: Record<string, string> = { EU: 'NL' };

/**
 * Letters that some mail program's draft link cannot carry, neither whole nor in a short rendition; one for each text.
 * Where a draft is all that some people can have, that stops a launch.
 */
export function draftsFound(campaign: CampaignContent, letters: ReadonlyMap<string, CompiledLetter>): Found[] {
  const found = new Map<string, Found>();
  for (const recipient of campaign.recipients) {
    for (const language of recipient.email ? campaign.facts.languages : []) {
      const long = textName(campaign.texts, language, recipient.id);
      if (!long || found.has(long)) continue;
      const without = formsWithout(campaign, letters, recipient, language);
      const short = shortTextName(campaign.texts, language, recipient.id);
      const as = campaign.facts.draftOnly.length > 0 ? stop : doubt;
      if (without.length > 0) found.set(long, tooLong(as, long, short, without, recipient.id));
    }
  }
  return [...found.values()];
}

/** The kinds of draft links that carry neither the letter nor its short rendition. */
function formsWithout(
  campaign: CampaignContent,
  letters: ReadonlyMap<string, CompiledLetter>,
  recipient: Recipient,
  language: string,
): string[] {
  const { whole, short } = draftTexts(campaign, letters, recipient, language);
  const { carries } = draftLinks(recipient.email ?? '', whole, short);
  return Object.entries(carries)
    .filter(([, what]) => what === null)
    .map(([form]) => form);
}

/** A letter to an office from an invented sender as drafts hold it, and its short rendition; a demonstration's say so. */
export function draftTexts(
  campaign: CampaignContent,
  letters: ReadonlyMap<string, CompiledLetter>,
  recipient: Recipient,
  language: string,
): { whole: DraftText; short: DraftText | null } {
  const { demonstration, opens } = campaign.facts;
  const live = asDraft(campaign, letters);
  const letter = { campaign: live, recipient, country: RESIDENCE[recipient.country] ?? recipient.country, language };
  const labelled = (text: DraftText) =>
    demonstration ? { ...text, subject: `[Demonstration] ${text.subject}` } : text;
  const day = Date.parse(opens);
  const short = writeShort(letter, SENDER, day);
  return { whole: labelled(writeLetter(letter, SENDER, day)), short: short && labelled(short) };
}

function tooLong(as: typeof stop, long: string, short: string | null, forms: string[], id: string): Found {
  const links = `the draft links of ${forms.join(', ')}`;
  if (short) {
    const says = `for ${id} even the short rendition does not fit ${links}. Make it shorter.`;
    return as(`${short}.hbs`, says, inLetters(short));
  }
  const says = `the letter is too long for ${links}. Write a short rendition, ${long}.short.hbs.`;
  return as(`${long}.hbs`, says, inLetters(`${long}.short`));
}
