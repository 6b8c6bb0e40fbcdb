import { stringify } from 'csv-stringify/sync';
import { dayOf } from '../domain/tally.ts';
import { EXPORTS, type ExportName, type ExportParts, type ExportTable, type Row } from './tables.ts';

export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];
export const MEDIA_TYPES: Record<Format, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
};

export function isFormat(text: string | undefined): text is Format {
  return FORMATS.some((format) => format === text);
}

/** What the file is called on somebody's disk: `save-the-bees-tally-2026-11-24.csv`. */
export function fileName(slug: string, name: ExportName, format: Format, now: number): string {
  return `${slug}-${name}-${dayOf(now)}.${format}`;
}

export type WriteOptions = {
  now: number;
  /** For spreadsheets: a byte order mark, without which Excel on Windows reads UTF-8 as something else. */
  forSpreadsheet?: boolean;
  /** Told after each piece how many rows are written. */
  progress?: (done: number, total: number) => Promise<void>;
};

/** A table of a campaign as text, in pieces, each read when it is asked for. */
export async function* writeTable(
  parts: ExportParts,
  name: ExportName,
  format: Format,
  options: WriteOptions,
): AsyncGenerator<string> {
  const table: ExportTable = EXPORTS[name];
  const { total, pieces } = await table.rows(parts);
  const { head, piece, foot } = format === 'csv' ? csv(table, options) : json(parts, name, options);
  let done = 0;
  yield head;
  for await (const rows of pieces) {
    yield piece(rows, done === 0);
    done += rows.length;
    // Letters that arrive meanwhile can add cells to those that were counted.
    await options.progress?.(done, Math.max(done, total));
  }
  yield foot;
}

type Writer = { head: string; piece(rows: readonly Row[], isFirst: boolean): string; foot: string };

/** RFC 4180: CRLF line ends, a header, cells in quotes where they must be. */
function csv({ columns }: ExportTable, { forSpreadsheet = false }: WriteOptions): Writer {
  const lines = (rows: readonly (readonly (string | number)[])[]) =>
    stringify(rows as (string | number)[][], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
  return {
    head: `${forSpreadsheet ? '\ufeff' : ''}${lines([columns])}`,
    piece: (rows) => lines(rows.map((row) => columns.map((column) => safeCell(row[column] ?? '')))),
    foot: '',
  };
}

/**
 * A cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe before it (OWASP, "CSV
 * Injection"); full-width signs are the same to some. Numbers stay numbers.
 */
export function safeCell(cell: string | number): string | number {
  return typeof cell === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}

/** What it is, and the rows as objects. */
function json({ campaign }: ExportParts, name: ExportName, { now }: WriteOptions): Writer {
  const about = JSON.stringify({ campaign: campaign.slug, table: name, at: new Date(now).toISOString() });
  return {
    head: `${about.slice(0, -1)},"rows":[`,
    piece: (rows, isFirst) =>
      rows.map((row, i) => `${isFirst && i === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`).join(''),
    foot: '\n]}\n',
  };
}
