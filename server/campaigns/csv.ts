import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { parse as parser } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { type Decoded, decode, lineAt, ReadFault } from './encoding.ts';

/** A row and the line on which it begins. */
export type CsvRow = { line: number; cells: string[] };

/**
 * A table: its header, its rows (each as wide as the header, none of them empty), doubts about how it was read, and the
 * rows that are not as wide, each with its fault.
 */
export type Csv = { header: CsvRow; rows: CsvRow[]; doubts: string[]; faults: (CsvRow & { text: string })[] };

const SEPARATORS = [',', ';', '\t'];
const NAMES: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' };

/**
 * Reads a table as spreadsheets write it: separated by commas, semicolons or tabs (or as a first line `sep=;` says),
 * with any line ends, cells quoted by RFC 4180. Line ends within cells come out as LF.
 * @throws ReadFault where it cannot be read surely
 */
export function readCsv(bytes: Uint8Array): Csv {
  const decoded = decode(bytes);
  const { lines, skipped, separator } = separated(decoded);
  return assembled(decoded, separator, parsed(lines, separator, skipped));
}

/**
 * The same for a file whose text is known already, in slices between which others have their turn.
 * @throws ReadFault where it cannot be read surely
 */
export async function readCsvSlowly(decoded: Decoded): Promise<Csv> {
  const { lines, skipped, separator } = separated(decoded);
  return assembled(decoded, separator, await parsedSlowly(lines, separator, skipped));
}

function separated({ text }: Decoded) {
  const { lines, skipped, separator } = declared(text.replace(/\r\n?/g, '\n'));
  return { lines, skipped, separator: separator ?? guessed(lines, skipped) };
}

function assembled({ doubt }: Decoded, delimiter: string, [header, ...rows]: CsvRow[]): Csv {
  const doubts = doubt === null ? [] : [doubt];
  if (delimiter !== ',') doubts.push(`Its cells are separated by ${NAMES[delimiter]}. An export writes commas.`);
  if (!header) throw new ReadFault('It is empty: there is no line with the names of the columns.');
  const widest = header.cells.length;
  while (header.cells.at(-1)?.trim() === '') header.cells.pop();
  const width = header.cells.length;
  const full = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  // Wider than the header as it was typed, and a comma without quotes may have moved every cell behind it.
  const fits = ({ cells }: CsvRow) =>
    cells.length >= width && cells.length <= widest && cells.slice(width).every((cell) => cell.trim() === '');
  const faults = full
    .filter((row) => !fits(row))
    .map(({ line, cells }) => ({ line, cells, text: misfit(cells.length, width) }));
  return {
    header,
    rows: full.filter(fits).map(({ line, cells }) => ({ line, cells: cells.slice(0, width) })),
    doubts,
    faults,
  };
}

/** A table as RFC 4180 has it, but with LF line ends; quotes only where they must be. UTF-8 is up to the caller. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { record_delimiter: '\n', quoted_match: /[\r\n]/ });
}

/** Takes away a first line that names the separator, as Excel reads and writes it. */
function declared(text: string): { lines: string; skipped: number; separator: string | null } {
  const match = /^"?sep=([,;\t])"?\n/i.exec(text);
  return { lines: text.slice(match?.[0].length ?? 0), skipped: match ? 1 : 0, separator: match?.[1] ?? null };
}

/** The separator that parts the header into most columns. */
function guessed(text: string, skipped: number): string {
  const header = (/^\s*(?:"(?:[^"]|"")*"|[^"\n])+/.exec(text.slice(0, 65_536))?.[0] ?? '').replace(
    /"(?:[^"]|"")*"/g,
    '',
  );
  const counts = SEPARATORS.map((separator) => header.split(separator).length - 1);
  const most = Math.max(...counts);
  if (most > 0 && counts.filter((count) => count === most).length > 1) {
    throw new ReadFault(
      'What separates the columns cannot be told. Write "sep=;" or "sep=," above the header.',
      skipped + 1,
    );
  }
  return SEPARATORS[counts.indexOf(most)] ?? ',';
}

const OPTIONS = { info: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' };
type Parsed = { record: string[]; info: { lines: number } };

/** The parser knows the line on which a row ends. */
const rowOf = ({ record, info }: Parsed, skipped: number): CsvRow => ({
  line: skipped + info.lines - breaks(record),
  cells: record,
});

function parsed(text: string, delimiter: string, skipped: number): CsvRow[] {
  try {
    const records = parse(text, { ...OPTIONS, delimiter }) as unknown as Parsed[];
    return records.map((record) => rowOf(record, skipped));
  } catch (error) {
    throw quoteFault(error, skipped);
  }
}

/** So many bytes are parsed in a few milliseconds. */
const SLICE = 32_768;

async function* slices(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE) {
    yield bytes.subarray(at, at + SLICE);
    await turn();
  }
}

async function parsedSlowly(text: string, delimiter: string, skipped: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  try {
    const records = Readable.from(slices(Buffer.from(text))).pipe(parser({ ...OPTIONS, delimiter }));
    for await (const record of records) rows.push(rowOf(record as Parsed, skipped));
    return rows;
  } catch (error) {
    throw quoteFault(error, skipped);
  }
}

const breaks = (cells: string[]): number => cells.reduce((sum, cell) => sum + lineAt(cell, cell.length) - 1, 0);

function quoteFault(error: unknown, skipped: number): Error {
  const { code, lines } = error as { code?: string; lines?: number };
  if (!code?.includes('QUOTE')) return error as Error;
  const line = lines === undefined ? null : skipped + lines;
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return new ReadFault('A quotation mark is opened and never closed. Close it.', line);
  return new ReadFault(
    'A quotation mark stands within a cell. Put the whole cell in quotes, and double those within.',
    line,
  );
}

function misfit(cells: number, width: number): string {
  const hint = cells > width ? 'Is a cell with a separator in it missing its quotes?' : 'Is a separator missing?';
  return `This line has ${cells} cells, the header ${width}. ${hint}`;
}
