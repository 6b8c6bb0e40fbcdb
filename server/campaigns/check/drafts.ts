import type { CampaignContent, Recipient } from '../../domain/campaign.ts';
import { draftLinks } from '../../domain/drafts.ts';
import { shortTextName } from '../../domain/letter.ts';
import type { CompiledLetter } from '../../views/letters.ts';
import { draftTexts } from '../fit.ts';
import { longestOffices } from '../room.ts';
import { doubt, type Found, inLetters, stop } from './found.ts';

/**
 * Letters that some mail program's draft link cannot carry, neither whole nor in a short rendition; one for each text, by
 * the offices with the longest names. Where a draft is all that some people can have, that stops a launch.
 */
export function draftsFound(campaign: CampaignContent, letters: ReadonlyMap<string, CompiledLetter>): Found[] {
  const as = campaign.facts.draftOnly.length > 0 ? stop : doubt;
  return campaign.facts.languages.flatMap((language) =>
    [...longestOffices({ content: campaign, letters }, language)].flatMap(([long, offices]) => {
      for (const office of offices) {
        const without = formsWithout(campaign, letters, office, language);
        const short = shortTextName(campaign.texts, language, office.id);
        if (without.length > 0) return [tooLong(as, long, short, without, office.id)];
      }
      return [];
    }),
  );
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

function tooLong(as: typeof stop, long: string, short: string | null, forms: string[], id: string): Found {
  const links = `the draft links of ${forms.join(', ')}`;
  if (short) {
    const says = `for ${id} even the short rendition does not fit ${links}. Make it shorter.`;
    return as(`${short}.hbs`, says, inLetters(short));
  }
  const says = `the letter is too long for ${links}. Write a short rendition, ${long}.short.hbs.`;
  return as(`${long}.hbs`, says, inLetters(`${long}.short`));
}
