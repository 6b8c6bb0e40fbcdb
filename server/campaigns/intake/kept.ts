import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
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

/** Small enough that a page opens little that it does not show. */
const IN_A_BLOCK = 25;
const SAMPLES = 3;
const SAMPLE = 60;

/**
 * Verdicts as bytes from which a page can be read without the rest: the length of the head, the head, the numbers of the
 * rows for each way to show them, the end of each block, and blocks of rows as packed JSON. What cannot be taken stands
 * first.
 */
export async function keepVerdicts(list: List, verdicts: Verdicts, revision: number, tell: Tell): Promise<Buffer> {
  const sorted = verdicts.rows.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict] || a.line - b.line);
  const gone = verdicts.gone.map(({ id, office, name, country, email = '' }: Recipient): Gone => {
    return { id, office, name, country, email };
  });
  const all: (Judged | Gone)[] = [...sorted, ...gone];
  const hash = createHash('sha256');
  const parts = inBlocks(all);
  const blocks = await inSlices(parts.length, tell)(parts, (rows) => {
    const text = JSON.stringify(rows);
    hash.update(text);
    return deflateRawSync(text);
  });
  const shows = new Map<Show, number[]>(SHOWS.map((show) => [show, []]));
  sorted.forEach((row, at) => {
    for (const show of ['all', row.verdict, ...standing(row)] as const) shows.get(show)?.push(at);
  });
  shows.set(
    'gone',
    gone.map((_, i) => sorted.length + i),
  );
  let end = 0;
  const ends = blocks.map((block) => {
    end += block.length;
    return end;
  });
  const counts = Object.fromEntries([...shows].map(([show, rows]) => [show, rows.length])) as Head['counts'];
  const about = { revision, doubts: list.doubts, columns: columnsShown(list), counts };
  const mark = hash.update(JSON.stringify(about)).digest('base64url').slice(0, 22);
  const head = Buffer.from(JSON.stringify({ mark, ...about } satisfies Head));
  return Buffer.concat([numbers([head.length]), head, ...[...shows.values(), ends].map(numbers), ...blocks]);
}

function inBlocks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / IN_A_BLOCK) }, (_, i) =>
    all.slice(i * IN_A_BLOCK, (i + 1) * IN_A_BLOCK),
  );
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
  const ends = before('gone') + counts.gone * 4;
  const body = ends + Math.ceil((counts.all + counts.gone) / IN_A_BLOCK) * 4;
  const opened = new Map<number, (Judged | Gone)[]>();
  const block = (at: number) => {
    const known = opened.get(at);
    if (known) return known;
    const from = at === 0 ? 0 : kept.readUInt32LE(ends + (at - 1) * 4);
    const packed = kept.subarray(body + from, body + kept.readUInt32LE(ends + at * 4));
    const rows = JSON.parse(inflateRawSync(packed).toString('utf8'));
    opened.set(at, rows);
    return rows;
  };
  const row = (at: number) => block(Math.floor(at / IN_A_BLOCK))[at % IN_A_BLOCK];
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
