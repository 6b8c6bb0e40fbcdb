import { parseAddress } from '../../domain/address.ts';
import { type Csv, readCsvSlowly } from '../csv.ts';
import { decode, ReadFault } from '../encoding.ts';
import { MAX_BYTES, MAX_MEGABYTES, MAX_ROWS } from '../limits.ts';
import { foreignBytes, foreignText } from './kinds.ts';

/** A row as it stands in a list; `fault` where it is not as wide as the header. */
export type ListRow = { line: number; cells: string[]; fault?: string };

/** A list as it was found: the names of its columns, its rows, and sentences about how it was read. */
export type List = { header: string[]; rows: ListRow[]; doubts: string[] };

export const MAX_CELL = 5000;
const MAX_COLUMNS = 200;
/** Lines may be empty, or stand within a cell. Beyond these it is not worth the work to look. */
const MAX_LINES = 5 * MAX_ROWS;

/**
 * Reads a list that somebody found or pasted: a table with a line of column names. A first line that holds an address is
 * taken for a row, and the columns get numbers for names. Others have their turn meanwhile.
 * @throws ReadFault with a sentence that says what to do
 */
export async function readList(input: Uint8Array | string): Promise<List> {
  if (input.length > MAX_BYTES) throw tooLarge();
  const bytes = typeof input === 'string' ? Buffer.from(input, 'utf8') : input;
  if (bytes.length > MAX_BYTES) throw tooLarge();
  const foreign = foreignBytes(bytes);
  if (foreign) throw new ReadFault(foreign);
  const decoded = decode(bytes);
  if (/^[\s\p{Cf}]*$/u.test(decoded.text))
    throw new ReadFault(
      'There is nothing in it. Paste the list with the line that names its columns, or choose a file.',
    );
  const notTable = foreignText(decoded.text);
  if (notTable) throw new ReadFault(notTable);
  const lines = decoded.text.match(/\r\n?|\n/g)?.length ?? 0;
  if (lines > MAX_LINES) throw new ReadFault(`It has ${lines} lines, too many to read. Take the empty ones away.`);
  return listed(await readCsvSlowly(decoded));
}

const tooLarge = () =>
  new ReadFault(`It is larger than ${MAX_MEGABYTES} MB. Keep only the columns that are needed, or divide the list.`);

function listed({ header, rows, faults, doubts }: Csv): List {
  const first = header.cells.map((cell) => cell.trim());
  if (first.every((cell) => cell === ''))
    throw new ReadFault('The first line names no column. Write the names of the columns there.', header.line);
  if (first.length > MAX_COLUMNS)
    throw new ReadFault(`It has ${first.length} columns; at most ${MAX_COLUMNS} are read. Keep those that are needed.`);
  const misfits = faults.map(({ line, cells, text }) => ({ line, cells, fault: text }));
  const all: ListRow[] = [...rows, ...misfits].sort((a, b) => a.line - b.line);
  const headless = first.some((cell) => parseAddress(cell).ok);
  if (headless) all.unshift({ line: header.line, cells: header.cells });
  mustBeRows(all, first.length);
  if (!headless) return { header: first, rows: all, doubts };
  const names = first.map((_, i) => `Column ${i + 1}`);
  return { header: names, rows: all, doubts: [...doubts, 'Its first line holds an address, so it was read as a row.'] };
}

/** @throws ReadFault where there are none, or too many, or what is read can hardly be what is meant */
function mustBeRows(rows: ListRow[], width: number): void {
  if (rows.length === 0)
    throw new ReadFault('It names its columns, but no row follows. Add a line for each recipient below.');
  if (rows.length > MAX_ROWS)
    throw new ReadFault(`It has ${rows.length} rows; at most ${MAX_ROWS} are read. Divide the list.`);
  const long = rows.find(({ cells }) => cells.some((cell) => cell.length > MAX_CELL));
  if (long) {
    const reason = `A cell holds more than ${MAX_CELL} characters. Shorten it, or look whether a quotation mark before it is missing.`;
    throw new ReadFault(reason, long.line);
  }
  const parted = rows.filter(({ cells }) => cells.length > 1 || /[;\t|]/.test(cells[0] ?? '')).length;
  if (width === 1 && parted > rows.length / 2)
    throw new ReadFault(
      'Its first line has one cell, and most lines below have several. Take lines above the names of the columns away, and put cells that hold a separator in quotes.',
      1,
    );
}
