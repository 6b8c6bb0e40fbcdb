import type { Campaign } from '../domain/campaign.ts';
import { NOTICES } from '../domain/notices.ts';
import type { Store } from '../store/open.ts';

export type Row = Record<string, string | number | null>;
/** How many rows there are, and they themselves in pieces, each read when it is asked for. */
export type Rows = { total: number; pieces: AsyncIterable<Row[]> | Iterable<Row[]> };
export type ExportParts = { store: Store; campaign: Campaign };

/** A table that can be had: what it is called, what is in it, its columns, and how its rows are read. */
export type ExportTable = {
  title: string;
  holds: string;
  columns: readonly string[];
  rows(parts: ExportParts): Promise<Rows>;
};

const PIECE = 2000;
/** More saves, or lines of the record, no campaign of people has. */
const MOST = 100_000;

const iso = (moment: number | null): string | null => (moment === null ? null : new Date(moment).toISOString());
/** Who did it, without saying who: that is for those to know who work here. */
const doer = (campaigner: string): string => (campaigner === '' ? 'command line' : 'campaigner');

function table(
  title: string,
  holds: string,
  columns: readonly string[],
  rows: (parts: ExportParts) => Promise<Row[]> | Row[],
): ExportTable {
  const read = async (parts: ExportParts) => {
    const all = await rows(parts);
    return { total: all.length, pieces: [all] };
  };
  return { title, holds, columns, rows: read };
}

/**
 * Every table of a campaign that goes out, by its name. No citizen is in any: what the database holds of them
 * (submissions, letters, marks, contacts) is in no export, nor is the name or address of who works at the desk.
 */
export const EXPORTS = {
  tally: {
    title: 'The tally',
    holds:
      'how many letters by day, country, office, source and counter; exact. A source that begins with “aside.” was taken out of the count',
    columns: ['day', 'country', 'recipient', 'source', 'counter', 'n'],
    rows: async ({ store, campaign }) => ({
      total: await store.cells.count(campaign.slug),
      pieces: store.cells.pieces(campaign.slug, PIECE),
    }),
  },
  recipients: table(
    'Recipients',
    'the offices on the list, safe for spreadsheets',
    [
      ...['id', 'country', 'name', 'office', 'salutation', 'languages', 'email', 'contact_form'],
      ...['source', 'checked_on', 'timezone'],
    ],
    ({ campaign }) =>
      campaign.recipients.map(({ languages, contactForm, checkedOn, email, source, timezone, ...each }) => ({
        ...{ id: each.id, country: each.country, name: each.name, office: each.office, salutation: each.salutation },
        ...{ languages: languages.join(' '), email: email ?? null, contact_form: contactForm ?? null },
        ...{ source: source ?? null, checked_on: checkedOn ?? null, timezone: timezone ?? null },
      })),
  ),
  signatories: table(
    'Signatories',
    'who signed the joint letter in public',
    ['name', 'role', 'country'],
    ({ campaign }) => campaign.signatories.map(({ name, role, country }) => ({ name, role, country })),
  ),
  texts: table(
    'Letter texts',
    'the campaign’s own letters, in each language; no letter that somebody wrote',
    ['name', 'text'],
    ({ campaign }) => Object.entries(campaign.texts).map(([name, text]) => ({ name, text })),
  ),
  revisions: table(
    'Revisions',
    'when the campaign was changed, without names',
    ['revision', 'at', 'by'],
    async ({ store, campaign }) =>
      (await store.revisions.list(campaign.slug, MOST)).map(({ revision, at, campaigner }) => ({
        ...{ revision, at: iso(at), by: doer(campaigner) },
      })),
  ),
  record: table(
    'The record',
    'what was done at the desk and when, without names',
    ['at', 'by', 'deed', 'about'],
    async ({ store, campaign }) =>
      (await store.deeds.list(campaign.slug, MOST)).map(({ at, campaigner, deed, about }) => ({
        ...{ at: iso(at), by: doer(campaigner), deed, about },
      })),
  ),
  queues: table(
    'Queues',
    'how many letters wait for each office, and whether it refuses',
    ['recipient', 'waiting', 'arrived', 'gone', 'not_before', 'refusing_since'],
    async ({ store, campaign }) =>
      (await store.queues.ofCampaign(campaign.slug)).map(({ recipient, arrived, gone, paceAt, refusingSince }) => ({
        ...{ recipient, waiting: arrived - gone, arrived, gone },
        ...{ not_before: paceAt === 0 ? null : iso(paceAt), refusing_since: iso(refusingSince) },
      })),
  ),
  held: table(
    'Held letters',
    'how many letters are held, for which office and why',
    ['recipient', 'reason', 'n', 'means'],
    async ({ store, campaign }) =>
      (await store.holds.ofCampaign(campaign.slug)).map(({ recipient, reason, n }) => ({
        ...{ recipient, reason, n, means: NOTICES[reason] },
      })),
  ),
  asides: table(
    'Out of the count',
    'what was taken out of the count: by which condition, and why',
    ['id', 'condition', 'why', 'at', 'back_at'],
    async ({ store, campaign }) =>
      (await store.asides.all(campaign.slug)).map(({ id, condition, why, at, backAt }) => ({
        ...{ id, condition, why, at: iso(at), back_at: iso(backAt) },
      })),
  ),
  notices: table(
    'Notices',
    'what needs a look',
    ['kind', 'recipient', 'n', 'first_at', 'last_at', 'means'],
    async ({ store, campaign }) =>
      (await store.notices.ofCampaign(campaign.slug)).map(({ kind, recipient, n, firstAt, lastAt }) => ({
        ...{ kind, recipient, n, first_at: iso(firstAt), last_at: iso(lastAt), means: NOTICES[kind] },
      })),
  ),
} satisfies Record<string, ExportTable>;
export type ExportName = keyof typeof EXPORTS;
export const EXPORT_NAMES = Object.keys(EXPORTS) as ExportName[];

export function isExportName(text: string | undefined): text is ExportName {
  return text !== undefined && Object.hasOwn(EXPORTS, text);
}
