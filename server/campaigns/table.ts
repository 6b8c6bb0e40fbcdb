import { readCsv } from './csv.ts';
import { ReadFault } from './encoding.ts';
import { MAX_ROWS } from './limits.ts';
import { codePoint, type Read, type Remark, show } from './wording.ts';

/** A row by the names of its columns: cells trimmed, empty ones absent. */
export type Row = { line: number; cells: Record<string, string> };

/** Which columns a table may have: by name, or by a name, an underscore and a language (`office_de`). */
export type Columns = { required: readonly string[]; optional: readonly string[]; inLanguages: readonly string[] };

/** Reads a table of known columns. What is doubtful about a header or a cell, but sure in its meaning, is kept with a remark. */
export function readTable(bytes: Uint8Array, columns: Columns): Read<Row[]> {
  try {
    const csv = readCsv(bytes);
    const faults: Remark[] = csv.faults.map(({ line, text }) => ({ line, text }));
    const doubts: Remark[] = csv.doubts.map((text) => ({ line: null, text }));
    const remarks = { faults, doubts };
    const names = namesOf(csv.header, columns, remarks);
    if (csv.rows.length > MAX_ROWS)
      faults.push({ line: null, text: `It has ${csv.rows.length} rows; at most ${MAX_ROWS} are read.` });
    // With a wrong header every row would be found wanting, each for the same reason.
    if (faults.length > csv.faults.length) return { value: null, faults, doubts };
    const rows = csv.rows.map(({ line, cells }) => ({ line, cells: cellsOf(names, cells, line, remarks) }));
    return { value: rows, faults, doubts };
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    return { value: null, faults: [{ line: error.line, text: error.message }], doubts: [] };
  }
}

type Remarks = { faults: Remark[]; doubts: Remark[] };

/** What each column is called by us; null for one that is not kept. */
function namesOf(
  header: { line: number; cells: string[] },
  columns: Columns,
  { faults, doubts }: Remarks,
): (string | null)[] {
  const { line } = header;
  const names = header.cells.map((cell) => nameOf(cell, columns));
  names.forEach((name, i) => {
    const cell = header.cells[i] ?? '';
    if (name === null) doubts.push({ line, text: `The column ${show(cell.trim())} is not known; it is not kept.` });
    else if (name !== cell) doubts.push({ line, text: `The column ${show(cell)} was taken for "${name}".` });
    if (name !== null && names.indexOf(name) < i)
      faults.push({ line, text: `The column "${name}" stands there twice. Keep one.` });
  });
  const missing = columns.required.filter((name) => !names.includes(name));
  for (const name of missing) faults.push({ line, text: `The column "${name}" is missing.` });
  return names;
}

/** `E-mail`, `Contact form` and ` ID` are plain enough; other words are not guessed at. */
function nameOf(cell: string, { required, optional, inLanguages }: Columns): string | null {
  const flat = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const plain = [...required, ...optional].find((name) => name === cell || flat(name) === flat(cell));
  if (plain) return plain;
  const [, word, language, region] = /^\s*([a-z]+)[_\s-]+([a-z]{2,3})((?:-[a-z0-9]{2,8})*)\s*$/i.exec(cell) ?? [];
  const name = inLanguages.find((each) => each === word?.toLowerCase());
  return name && language ? `${name}_${language.toLowerCase()}${region}` : null;
}

function cellsOf(
  names: (string | null)[],
  cells: string[],
  line: number,
  { faults, doubts }: Remarks,
): Record<string, string> {
  const kept: Record<string, string> = {};
  names.forEach((name, i) => {
    const cell = cells[i] ?? '';
    // U+FEFF and the no-break space are white space to `trim`; the zero-width ones are not.
    const text = cell.replace(/^[\s\u200b\u2060]+|[\s\u200b\u2060]+$/g, '');
    if (name === null || text === '') return;
    if (text !== cell) doubts.push({ line, text: `${name}: stray spaces around ${show(text)} were taken away.` });
    const control = /[\p{Cc}\u2028\u2029]/u.exec(text)?.[0];
    const hidden = /(?![\u200c\u200d])\p{Cf}/u.exec(text)?.[0];
    if (control)
      faults.push({
        line,
        text: `${name}: ${show(text)} holds a line break or control character. Write it on one line.`,
      });
    else if (hidden)
      doubts.push({ line, text: `${name}: ${show(text)} holds a character that is not seen, ${codePoint(hidden)}.` });
    kept[name] = text;
  });
  return kept;
}
