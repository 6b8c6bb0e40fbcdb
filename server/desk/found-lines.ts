import type { Found, Where } from '../campaigns/check/found.ts';
import type { Campaign } from '../domain/campaign.ts';
import { languageName } from './languages.ts';

/** So many are named where the same is wrong with many offices. */
const NAMED = 5;

/** What was found, in a sentence, with the places where it is mended; `more`: how many others are not named. */
export type FoundLine = { says: string; links: { name: string; href: string }[]; more: string | null };

/** What a look at a campaign found, for a page: the same about many offices is one line. */
export function linesOf(found: readonly Found[], campaign: Campaign): FoundLine[] {
  const groups = Map.groupBy(found, ({ where, about, says }) =>
    where.page === 'recipients' && where.recipient !== null ? says : `${about}: ${says}`,
  );
  return [...groups.values()].map((group) => {
    const more = group.length - NAMED;
    return {
      says: group[0]?.says ?? '',
      links: group.slice(0, NAMED).map(({ where, about }) => ({
        name: nameOf(where, about, campaign),
        href: `/desk/c/${campaign.slug}${pathOf(where)}`,
      })),
      more: more > 0 ? more.toLocaleString('en') : null,
    };
  });
}

function pathOf(where: Where): string {
  if (where.page === 'recipients') return where.recipient === null ? '/recipients' : `/recipients/${where.recipient}`;
  if (where.page === 'letters') return `/letters/${where.text}`;
  // Two languages are in view at a time.
  const [, language] = where.field.split('.');
  return `/${where.page}${where.page === 'texts' && language ? `?beside=${language}` : ''}#${where.field}`;
}

/** The field's label at the desk, the office, or the text. */
function nameOf(where: Where, about: string, { recipients }: Campaign): string {
  if (where.page === 'letters') return `Letter ${about.replace(/\.hbs/, '')}`;
  if (where.page === 'recipients') {
    const office = recipients.find(({ id }) => id === where.recipient);
    return office ? `${office.office}, ${office.country}` : 'Recipients';
  }
  const [key = '', language] = where.field.split('.');
  if (where.page === 'texts' && language) return `${LABELS[key] ?? key}, ${languageName(language)}`;
  return LABELS[where.field] ?? about;
}

const LABELS: Record<string, string> = {
  'organiser.name': 'Name of the organiser',
  'organiser.contact': 'Contact',
  'organiser.address': 'Postal address',
  'organiser.privacy': 'Privacy contact',
  closes: 'Last day',
  actBefore: 'Act before',
  pacePerHour: 'Letters an hour to one office',
  draftOnly: 'Countries where only drafts are offered',
  title: 'Title',
  summary: 'Summary',
  background: 'What and why',
  reviewedBy: 'Read over by',
};
