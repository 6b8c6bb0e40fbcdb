import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import { languageName } from './languages.ts';

/** Which of a campaign's letter texts: in which language, for one office alone or for all, and of what kind. */
export type TextName = { language: string; office: string | null; kind: Kind };
export type Kind = keyof typeof KINDS;

/** What there can be in each language, as pages call it. */
export const KINDS = { letter: 'the letter', short: 'the short rendition', variants: 'the variants' } as const;
export const KIND_LIST = Object.keys(KINDS) as Kind[];

/** A name such as `en`, `en.short`, `en.variants` or `en.de-interior.short`, taken apart; null for any other. */
export function readName(name: string): TextName | null {
  const [language = '', ...rest] = name.split('.');
  const last = rest.at(-1);
  const kind = last === 'short' || last === 'variants' ? last : 'letter';
  if (kind !== 'letter') rest.pop();
  if (!/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(language) || rest.length > 1 || rest[0] === '') return null;
  return { language, office: rest[0] ?? null, kind };
}

/** The name under which a text is kept. */
export function nameOf({ language, office, kind }: TextName): string {
  return [language, office, kind === 'letter' ? null : kind].filter((part) => part !== null).join('.');
}

/** Whether there may be such a text in the campaign as it is now. */
export function isPossible({ language, office }: TextName, { facts, recipients }: CampaignContent): boolean {
  return facts.languages.includes(language) && (office === null || recipients.some(({ id }) => id === office));
}

/** An office as it is told from the others: its title and its country's code. */
export const officeName = ({ office, country }: Pick<Recipient, 'office' | 'country'>): string =>
  `${office}, ${country}`;

/** What a page about the text is called. */
export function titleOfText({ language, office, kind }: TextName, { recipients }: CampaignContent): string {
  const what = KINDS[kind].replace(/^t/, 'T');
  const whom = recipients.find(({ id }) => id === office);
  const alone = office === null ? '' : ` for ${whom ? officeName(whom) : office} alone`;
  return `${what} in ${languageName(language)}${alone}`;
}
