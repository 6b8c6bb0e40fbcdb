import { createHash } from 'node:crypto';
import type { Recipient } from '../../domain/campaign.ts';
import { RANK } from './findings.ts';
import type { Judged, Shown, Verdicts } from './judge.ts';
import type { List } from './list.ts';
import { inSlices, type Tell } from './slices.ts';

/** Which rows are shown: by verdict, by what they are to the present list, or the offices that the list does not name. */
export const SHOWS = ['all', 'no', 'look', 'good', 'new', 'changed', 'same', 'gone'] as const;
export type Show = (typeof SHOWS)[number];

/** A column of the list, and the first three values in it. */
export type ColumnShown = { name: string; values: string[] };
/** An office of the present list that is not in the list. */
export type Gone = Shown & { id: string };

/**
 * What is known of a list as a whole. `mark` stands for all that is shown of it: what is taken in is what bears the same
 * mark. `revision`: the campaign's, with whose offices it was compared.
 */
export type Head = {
  mark: string;
  revision: number;
  doubts: string[];
  columns: ColumnShown[];
  counts: Record<Show, number>;
};

const SAMPLES = 3;
const SAMPLE = 60;

/**
 * Verdicts as bytes from which a page can be read without the rest: the length of the head, the head, the numbers of the
 * rows for each way to show them, the end of each row, and the rows, as JSON. What cannot be taken stands first.
 */
export async function keepVerdicts(list: List, verdicts: Verdicts, revision: number, tell: Tell): Promise<Buffer> {
  const sorted = verdicts.rows.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict] || a.line - b.line);
  const gone = verdicts.gone.map(({ id, office, name, country, email = '' }: Recipient): Gone => {
    return { id, office, name, country, email };
  });
  const each = inSlices(sorted.length + gone.length, tell);
  const shows = new Map<Show, number[]>(SHOWS.map((show) => [show, []]));
  sorted.forEach((row, at) => {
    for (const show of ['all', row.verdict, ...standing(row)] as const) shows.get(show)?.push(at);
  });
  shows.set(
    'gone',
    [...gone.keys()].map((at) => sorted.length + at),
  );
  const rows = await each<Judged | Gone, Buffer>([...sorted, ...gone], (row) => Buffer.from(JSON.stringify(row)));
  let end = 0;
  const ends = rows.map((row) => {
    end += row.length;
    return end;
  });
  const body = Buffer.concat([...[...shows.values(), ends].map(numbers), ...rows]);
  const counts = Object.fromEntries([...shows].map(([show, all]) => [show, all.length])) as Head['counts'];
  const about = { revision, doubts: list.doubts, columns: columnsShown(list), counts };
  const mark = createHash('sha256').update(JSON.stringify(about)).update(body).digest('base64url').slice(0, 22);
  const head = Buffer.from(JSON.stringify({ mark, ...about } satisfies Head));
  return Buffer.concat([numbers([head.length]), head, body]);
}

/** How a row that can be taken stands to the present list. */
function standing({ verdict, known, changes }: Judged): ('new' | 'changed' | 'same')[] {
  if (verdict === 'no') return [];
  return [known === null ? 'new' : changes.length > 0 ? 'changed' : 'same'];
}

function columnsShown({ header, rows }: List): ColumnShown[] {
  return header.map((name, at) => {
    const values: string[] = [];
    for (const { cells } of rows) {
      const value = (cells[at] ?? '').trim().replace(/\s+/g, ' ');
      if (value !== '') values.push(value.length > SAMPLE ? `${value.slice(0, SAMPLE)}…` : value);
      if (values.length === SAMPLES) break;
    }
    return { name, values };
  });
}

function numbers(all: readonly number[]): Buffer {
  const bytes = Buffer.alloc(all.length * 4);
  all.forEach((number, i) => {
    bytes.writeUInt32LE(number, i * 4);
  });
  return bytes;
}

/** What {@link keepVerdicts} kept: the head, and the rows that are asked for. */
export function openVerdicts(kept: Buffer) {
  const start = 4 + kept.readUInt32LE(0);
  const head = JSON.parse(kept.toString('utf8', 4, start)) as Head;
  const { counts } = head;
  const before = (show: Show) =>
    SHOWS.slice(0, SHOWS.indexOf(show)).reduce((sum, each) => sum + counts[each], 0) * 4 + start;
  const total = counts.all + counts.gone;
  const ends = before('gone') + counts.gone * 4;
  const body = ends + total * 4;
  const row = (at: number) => {
    const from = at === 0 ? 0 : kept.readUInt32LE(ends + (at - 1) * 4);
    return JSON.parse(kept.toString('utf8', body + from, body + kept.readUInt32LE(ends + at * 4)));
  };
  const rows = (show: Show, from: number, to: number) => {
    const last = Math.min(to, counts[show]);
    return Array.from({ length: Math.max(0, last - from) }, (_, i) =>
      row(kept.readUInt32LE(before(show) + (from + i) * 4)),
    );
  };
  return {
    head,
    /** Rows of the list, in the order in which they are shown. */
    rows: (show: Exclude<Show, 'gone'>, from: number, to: number): Judged[] => rows(show, from, to),
    /** Offices of the present list that it does not name. */
    gone: (from: number, to: number): Gone[] => rows('gone', from, to),
  };
}
export type Opened = ReturnType<typeof openVerdicts>;
