import { textLikeness } from '../campaigns/likeness.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { type LinkSpace, spaceInLinks } from '../campaigns/room.ts';
import { textFaults } from '../campaigns/texts.ts';
import { groupsOf, variantFaults, variedShare } from '../campaigns/variants.ts';
import type { Remark } from '../campaigns/wording.ts';
import type { LinkForm } from '../domain/drafts.ts';
import { splitLetter } from '../domain/letter.ts';
import { variantsName } from '../domain/variants.ts';
import { type Arrival, arrival, NO_ADDRESS, type Typed, withTyped } from './arrival.ts';
import type { DeskParts } from './frame.ts';
import { nameOf } from './letter-name.ts';

/** What stands beside the editor: what is wrong with the text, or how it arrives and what it does. */
export type Preview = {
  faults: (Remark & { quoted: string | null })[];
  arrival: Arrival | null;
  links: { form: string; whole: string; short: string }[];
  advice: string | null;
  variants: { changed: string | null; faults: (Remark & { quoted: string | null })[] };
};

/** Looks at a text as it stands in the editor, and keeps nothing of it. `isKept`: it is to be used, so it may not be empty. */
export async function previewOf(
  parts: DeskParts,
  campaign: LiveCampaign,
  typed: Typed,
  isKept = false,
): Promise<Preview> {
  const { named, text } = typed;
  const nothing = { arrival: null, links: [], advice: null, variants: { changed: null, faults: [] } };
  const faults = text === '' && !isKept ? [] : quoted(textFaults(nameOf(named), text, campaign.texts), text);
  if (text === '' || faults.length > 0) return { ...nothing, faults };
  const live = withTyped(campaign, typed);
  const office = { ...typed.recipient, email: typed.recipient.email ?? NO_ADDRESS };
  const isLinked = live.texts[named.language] !== undefined && named.kind !== 'variants';
  const spaces = isLinked ? spaceInLinks({ content: live, letters: live.letters }, office, named.language) : [];
  return {
    faults,
    arrival: await arrival(parts, campaign, typed),
    links: spaces.map(({ form, whole, short }) => ({
      form: LINK_NAMES[form],
      whole: spaceInWords(whole),
      short: short === null ? '–' : spaceInWords(short),
    })),
    advice: adviceOf(spaces),
    variants: named.kind === 'short' ? nothing.variants : variantsOf(live, typed),
  };
}

function quoted(remarks: readonly Remark[], text: string): Preview['faults'] {
  const lines = text.split('\n');
  return remarks.map(({ line, text }) => ({
    line,
    text,
    quoted: line === null ? null : (lines[line - 1]?.trim() ?? null),
  }));
}

/** Draft links by the names of the programs they open. */
export const LINK_NAMES: Record<LinkForm, string> = {
  mailto: 'Mail program',
  gmail: 'Gmail',
  outlook: 'Outlook.com',
  outlookWork: 'Outlook at work',
  yahoo: 'Yahoo',
  proton: 'Proton',
};

/** How many characters of text a link still takes, or has too many. */
export function spaceInWords(left: number): string {
  const n = Math.abs(left).toLocaleString('en');
  return left < 0 ? `${n} too many` : `fits, ${n} to spare`;
}

/** What to shorten so that every link carries something; null where every one does. */
function adviceOf(spaces: readonly LinkSpace[]): string | null {
  const without = spaces.filter(({ whole, short }) => whole < 0 && (short ?? -1) < 0);
  if (without.length === 0) return null;
  const names = new Intl.ListFormat('en').format(without.map(({ form }) => LINK_NAMES[form]));
  const most = Math.max(...without.map(({ whole, short }) => -(short ?? whole))).toLocaleString('en');
  return without.some(({ short }) => short !== null)
    ? `${names}: not offered, for neither fits. Shorten the short rendition by about ${most} characters.`
    : `${names}: not offered, for the letter is too long. Shorten it by about ${most} characters, or write a short rendition that is so much shorter.`;
}

/** As many as show the share to a hundredth or two, quickly enough to be counted while somebody types. */
const SAMPLE = 24;

/** What a letter's variants change, in plain words; or why they do not fit the letter as it stands now. */
function variantsOf(live: LiveCampaign, { named, recipient }: Typed): Preview['variants'] {
  const { language } = named;
  const [text, letter] = [live.texts[variantsName(language)], live.texts[language]];
  const parts = splitLetter(letter ?? '');
  if (text === undefined || letter === undefined || !parts) return { changed: null, faults: [] };
  const faults = quoted(variantFaults(text, letter), text);
  if (faults.length > 0) return { changed: null, faults };
  const asked = { campaign: live, letters: live.letters, language, count: SAMPLE };
  const { wordings, withVariants, withoutVariants } = textLikeness(asked, language, recipient);
  const varied = Math.round(100 * variedShare(parts, groupsOf(live.texts, language), language));
  const [share, without] = [withVariants, withoutVariants].map(({ mean }) => Math.round(100 * mean));
  const changed = `The variants stand for ${varied} of 100 words of the letter, and make ${wordings.toLocaleString('en')} wordings. Of all runs of five words in two people’s letters, both have about ${share} of 100; without variants it would be ${without}.`;
  return { changed, faults: [] };
}
