import { array, check, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv, writeCsv } from '../../server/campaigns/csv.ts';
import { ReadFault } from '../../server/campaigns/encoding.ts';

const TABLE = 'name,town\nGérald Œhler,Liège\n"Ash, Ada","said ""no"""\n';
const ROWS = [
  ['Gérald Œhler', 'Liège'],
  ['Ash, Ada', 'said "no"'],
];
const cells = (bytes: Uint8Array) => readCsv(bytes).rows.map((row) => row.cells);
const utf8 = (text: string) => Buffer.from(text, 'utf8');
const utf16be = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

/** Windows-1252, for the letters of this file. */
function cp1252(text: string): Buffer {
  const upper: Record<string, number> = { Œ: 0x8c, œ: 0x9c, '’': 0x92, '€': 0x80, Ž: 0x8e };
  return Buffer.from(Array.from(text, (char) => upper[char] ?? char.charCodeAt(0)));
}

/** UTF-8 that a program took for Windows-1252 and encoded once more. */
const twice = (text: string) => utf8(new TextDecoder('windows-1252').decode(utf8(text)));

function reason(bytes: Uint8Array): { message: string; line: number | null } {
  try {
    readCsv(bytes);
  } catch (error) {
    if (error instanceof ReadFault) return { message: error.message, line: error.line };
    throw error;
  }
  throw new Error('it was read');
}

test.each([
  ['UTF-8', utf8(TABLE), []],
  ['UTF-8 with a byte order mark', utf8(`\ufeff${TABLE}`), []],
  ['UTF-16LE', Buffer.from(`\ufeff${TABLE}`, 'utf16le'), ['UTF-16']],
  ['UTF-16BE', utf16be(TABLE), ['UTF-16']],
  ['Windows-1252', cp1252(TABLE), ['Windows-1252']],
  ['UTF-8 twice', twice(TABLE), ['twice']],
  ['UTF-8 twice with a byte order mark', twice(`\ufeff${TABLE}`), ['twice']],
])('reads %s', (_name, bytes, doubts) => {
  expect(cells(bytes)).toEqual(ROWS);
  const said = readCsv(bytes).doubts;
  expect(said).toHaveLength(doubts.length);
  for (const [i, word] of doubts.entries()) expect(said[i]).toContain(word);
});

test.each([
  ['semicolons', 'name;town\nA;B\n'],
  ['tabs', 'name\ttown\r\nA\tB\r\n'],
  ['a line that says so', 'sep=;\nname;town\nA;B\n'],
  ['a quoted line that says so, CR line ends', '"sep=;"\rname;town\rA;B\r'],
])('reads cells separated by %s', (_name, text) => {
  const { header, rows } = readCsv(utf8(text));
  expect(header.cells).toEqual(['name', 'town']);
  expect(rows.map((row) => row.cells)).toEqual([['A', 'B']]);
});

test('the line of a row is where it begins, whatever stands in it', () => {
  const { rows } = readCsv(utf8('sep=,\r\nname,town\r\n"A\r\nB",C\r\n\r\n,\r\nD,E\r\n'));
  expect(rows).toEqual([
    { line: 3, cells: ['A\nB', 'C'] },
    { line: 7, cells: ['D', 'E'] },
  ]);
});

test('empty cells beyond the header are left out, others are a fault', () => {
  const { header, rows, faults } = readCsv(utf8('name,town,,\nA,B,,\nC,D,E,\nF\nG,H,,,\nI,J\n'));
  expect(header.cells).toEqual(['name', 'town']);
  expect(rows.map((row) => row.cells)).toEqual([
    ['A', 'B'],
    ['I', 'J'],
  ]);
  expect(faults.map(({ line }) => line)).toEqual([3, 4, 5]);
  expect(faults[0]?.text).toContain('This line has 4 cells, the header 2');
});

test.each([
  [
    'Cyrillic in one byte',
    Buffer.from([...utf8('name\n'), 0xcc, 0xe8, 0xed, 0xe8, 0xf1, 0xf2, 0xf0]),
    'neither UTF-8',
    2,
  ],
  ['Polish in one byte', Buffer.from([...utf8('name\nMicha'), 0xb3, ...utf8('ek')]), 'neither UTF-8', 2],
  ['French from an old Macintosh', Buffer.from([...utf8('name\nAndr'), 0x8e, ...utf8('e')]), 'neither UTF-8', 2],
  ['a byte that Windows-1252 has not', Buffer.from([...utf8('name\nx'), 0x81]), 'neither UTF-8', 2],
  ['UTF-16 without its mark', Buffer.from('name\nAda', 'utf16le'), 'looks like UTF-16', null],
  ['UTF-16 cut in two', Buffer.from([0xff, 0xfe, 0x61]), 'damaged', null],
  ['a spreadsheet', Buffer.from('PK\u0003\u0004rest'), 'spreadsheet', null],
  ['UTF-8 of which a part is encoded twice', utf8('name\nJosé\nGÃ©rald'), 'twice', 3],
  ['UTF-8 three times', twice(twice('name\nGérald').toString('utf8')), 'twice', 2],
  ['lost letters', utf8('name\nG\ufffdrald'), 'lost', 2],
  ['nothing', utf8(''), 'empty', null],
  ['a quotation mark that is not closed', utf8('name\nA\n"B'), 'never closed', 3],
  ['a quotation mark within a cell', utf8('sep=,\nname\nA "B" C'), 'within a cell', 3],
  ['two separators alike', utf8('id;name,town\n1;A,B'), 'cannot be told', 1],
])('refuses %s with its line', (_name, bytes, word, line) => {
  const { message, line: found } = reason(bytes);
  expect(message).toContain(word);
  expect(found).toBe(line);
});

test('what only looks like a double encoding stays', () => {
  const text = 'name\nSÃO TOMÉ\n“MAÇÔ\nÂrvore\nGruß»\n';
  expect(cells(utf8(text)).flat()).toEqual(['SÃO TOMÉ', '“MAÇÔ', 'Ârvore', 'Gruß»']);
});

test('writes quotes only where they must be', () => {
  const written = writeCsv([
    ['a', 'b'],
    ["it's", 'x, "y"'],
    ['', 'line\nbreak'],
  ]);
  expect(written).toBe('a,b\nit\'s,"x, ""y"""\n,"line\nbreak"\n');
});

test('what was written is read as it was', () => {
  // No letters that together could be UTF-8 encoded twice, such as é, Š and a no-break space: those are read as that.
  const char = constantFrom(...'ab ,;"\t\n=+éüñ中');
  const row = array(string({ unit: char, maxLength: 6 }), { minLength: 2, maxLength: 2 });
  const lossless = property(array(row, { maxLength: 5 }), (rows) => {
    const filled = rows.map(([a, b]) => [`x${a}`, b ?? '']);
    expect(cells(utf8(writeCsv([['one', 'two'], ...filled])))).toEqual(filled);
  });
  expect(check(lossless, { numRuns: 300 }).failed).toBe(false);
});
