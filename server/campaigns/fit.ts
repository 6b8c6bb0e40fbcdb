import { writeLetter, writeShort } from '../acts/write.ts';
import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import type { DraftText } from '../domain/drafts.ts';
import type { CompiledLetter } from '../views/letters.ts';
import { asDraft } from './register.ts';

// What a draft is measured with: a name as long as most are.
const SENDER = { name: 'Maximiliane Oberhofer-Gut', place: '', ownWords: '' };
/** Where the invented sender of a letter lives, if not in the office's own country. */
export const RESIDENCE: Record<string, string> = { EU: 'NL' };

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
