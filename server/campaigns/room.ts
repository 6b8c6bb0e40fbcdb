import { type CampaignContent, officeIn, type Recipient, salutationIn } from '../domain/campaign.ts';
import { type DraftText, LINK_FORMS, type LinkForm, linkRoom, linkTo } from '../domain/drafts.ts';
import { textName } from '../domain/letter.ts';
import type { CompiledLetter } from '../views/letters.ts';
import { draftTexts } from './fit.ts';

/** How many characters of text a draft link still takes, of the letter and of its short rendition; below 0: so many too many. */
export type LinkSpace = { form: LinkForm; whole: number; short: number | null };

type Campaign = { content: CampaignContent; letters: ReadonlyMap<string, CompiledLetter> };

/** What each kind of draft link still takes of the letter to an office, and of its short rendition. */
export function spaceInLinks({ content, letters }: Campaign, recipient: Recipient, language: string): LinkSpace[] {
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

/** Of the offices with an address that get this text, the one with the longest names; null where none gets it. */
export function longestOffice({ content, letters }: Campaign, text: string, language: string): Recipient | null {
  const uses = letters.get(text)?.variables;
  const [salutation, name, title] = (['recipient.salutation', 'recipient.name', 'recipient.office'] as const).map(
    (variable) => uses?.has(variable),
  );
  let [longest, most] = [null as Recipient | null, -1];
  for (const office of content.recipients) {
    if (!office.email || textName(content.texts, language, office.id) !== text) continue;
    const greeted = salutation ? salutationIn(office, language) : '';
    const titled = title ? officeIn(office, language) : '';
    const size = Buffer.byteLength(`${office.email}${greeted}${name ? office.name : ''}${titled}`);
    if (size > most) [longest, most] = [office, size];
  }
  return longest;
}
