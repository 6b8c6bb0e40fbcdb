import { type CampaignContent, officeIn, type Recipient, salutationIn } from '../domain/campaign.ts';
import { type DraftText, LINK_FORMS, type LinkForm, linkRoom, linkTo } from '../domain/drafts.ts';
import { textName } from '../domain/letter.ts';
import type { CompiledLetter } from '../views/letters.ts';
import { draftTexts } from './fit.ts';

/** How many characters of text a draft link still takes, of the letter and of its short rendition; below 0: so many too many. */
export type LinkSpace = { form: LinkForm; whole: number; short: number | null };

/** What is measured: a campaign's content, and its letters, compiled. */
export type Measured = { content: CampaignContent; letters: ReadonlyMap<string, CompiledLetter> };

/** What each kind of draft link still takes of the letter to an office, and of its short rendition. */
export function spaceInLinks({ content, letters }: Measured, recipient: Recipient, language: string): LinkSpace[] {
  const { whole, short } = draftTexts(content, letters, recipient, language);
  const to = recipient.email ?? '';
  return LINK_FORMS.map((form) => ({
    form,
    whole: charactersLeft(form, to, whole),
    short: short && charactersLeft(form, to, short),
  }));
}

/** Links count what is encoded, writers count letters: told is how many letters such as this text has, on average. */
function charactersLeft(form: LinkForm, to: string, text: DraftText): number {
  const { length, room } = linkRoom(form, linkTo(form, to, text));
  const bare = linkRoom(form, linkTo(form, to, { subject: '', body: '' })).length;
  const letters = text.subject.length + text.body.length;
  return Math.floor(((room - length) * letters) / Math.max(1, length - bare));
}

/** Of so many offices with the longest names one is surely where a link is fullest: texts do not name each name once. */
const LONGEST = 5;

/** By text, those of the offices with an address that get it whose names are the longest in a link, the longest first. */
export function longestOffices({ content, letters }: Measured, language: string): Map<string, Recipient[]> {
  const found = new Map<string, { office: Recipient; size: number }[]>();
  for (const office of content.recipients) {
    const text = office.email ? textName(content.texts, language, office.id) : null;
    if (!text) continue;
    const size = encodeURIComponent(named(office, language, letters.get(text)?.variables)).length;
    const sizes = found.get(text) ?? [];
    found.set(text, sizes);
    if (sizes.length === LONGEST && size <= (sizes.at(-1)?.size ?? 0)) continue;
    sizes.push({ office, size });
    sizes.sort((a, b) => b.size - a.size);
    sizes.length = Math.min(sizes.length, LONGEST);
  }
  return new Map([...found].map(([text, sizes]) => [text, sizes.map(({ office }) => office)]));
}

/** What of an office stands in its link. */
function named(office: Recipient, language: string, uses: ReadonlySet<string> | undefined): string {
  const parts = {
    'recipient.salutation': salutationIn(office, language),
    'recipient.name': office.name,
    'recipient.office': officeIn(office, language),
  };
  const used = Object.entries(parts).filter(([variable]) => uses?.has(variable));
  return `${office.email}${used.map(([, value]) => value).join('')}`;
}
