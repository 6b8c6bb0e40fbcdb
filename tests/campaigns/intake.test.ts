import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWorld } from '../../server/campaigns/countries.ts';
import { ReadFault } from '../../server/campaigns/encoding.ts';
import { FIELDS, type Field } from '../../server/campaigns/intake/column-names.ts';
import { guessColumns, type Mapping } from '../../server/campaigns/intake/columns.ts';
import type { Kind, Verdict } from '../../server/campaigns/intake/findings.ts';
import { type Judged, judge, type Verdicts } from '../../server/campaigns/intake/judge.ts';
import { keepVerdicts } from '../../server/campaigns/intake/kept.ts';
import { readList } from '../../server/campaigns/intake/list.ts';
import type { IntakeEyes } from '../../server/campaigns/intake/row.ts';
import { Recipient } from '../../server/domain/campaign.ts';
import { OFFICES } from './files.ts';

const world = readWorld(join(import.meta.dirname, '../..'));
const EYES: IntakeEyes = {
  world,
  today: '2026-11-20',
  demonstration: true,
  languages: ['en', 'de'],
  defaults: { language: 'en' },
};
const HEADER = 'country,name,office,salutation,language,email,contact_form,source,checked_on,timezone,id';

const told = async () => {};
async function verdicts(text: string, present: readonly Recipient[] = [], eyes: IntakeEyes = EYES): Promise<Verdicts> {
  const list = await readList(text);
  return judge(list, guessColumns(list.header, list.rows, eyes.languages), eyes, present, told);
}
const read = async (text: string, eyes: IntakeEyes = EYES): Promise<Judged[]> => (await verdicts(text, [], eyes)).rows;

const COLUMNS = HEADER.split(',');
const GOOD: Record<string, string> = {
  country: 'FR',
  name: 'Inès Lefèvre',
  office: 'Minister of Waters',
  salutation: 'Dear Minister',
  language: 'en',
  email: 'minister@waters-fr.test',
};
/** Rows that differ from a good one in the cells given. */
function rows(...changed: Record<string, string>[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = changed.map((cells) => COLUMNS.map((name) => quoted({ ...GOOD, ...cells }[name] ?? '')).join(','));
  return [HEADER, ...lines].join('\n');
}
const one = async (cells: Record<string, string>, eyes = EYES): Promise<Judged> =>
  (await read(rows(cells), eyes))[0] as Judged;
const kinds = ({ remarks }: Judged): Kind[] => remarks.map(({ kind }) => kind);
const saying = (row: Judged | undefined, kind: Kind): string =>
  row?.remarks.find((each) => each.kind === kind)?.text ?? `no ${kind}`;

async function fault(input: Uint8Array | string): Promise<{ message: string; line: number | null }> {
  try {
    await readList(input);
  } catch (error) {
    if (error instanceof ReadFault) return { message: error.message, line: error.line };
    throw error;
  }
  throw new Error('it was read');
}

test('a list is read in any encoding and with any separator, and rows of another width are kept in their place', async () => {
  const text = 'name;email\nJö Bach;jo@x.test\nKim\nMaja; Ek;ek@x.test\nAda Ash;ada@x.test\n';
  const list = await readList(Buffer.from(text, 'latin1'));
  expect(list.header).toEqual(['name', 'email']);
  expect(list.rows).toEqual([
    { line: 2, cells: ['Jö Bach', 'jo@x.test'] },
    { line: 3, cells: ['Kim'], fault: expect.stringContaining('This line has 1 cells, the header 2') },
    { line: 4, cells: ['Maja', ' Ek', 'ek@x.test'], fault: expect.stringContaining('missing its quotes') },
    { line: 5, cells: ['Ada Ash', 'ada@x.test'] },
  ]);
  expect(list.doubts).toEqual([expect.stringContaining('Windows-1252'), expect.stringContaining('semicolons')]);
});

test('UTF-16 is no picture, whatever its bytes', async () => {
  const text = '\ufeffимя\temail\nАда\tada@x.test\n';
  expect((await readList(Buffer.from(text, 'utf16le'))).header).toEqual(['имя', 'email']);
  expect((await readList(Buffer.from(text, 'utf16le').swap16())).header).toEqual(['имя', 'email']);
});

test('a first line that holds an address is a row', async () => {
  const list = await readList('Ada Ash,ada@x.test\nBen Birk,ben@x.test\n');
  expect(list.header).toEqual(['Column 1', 'Column 2']);
  expect(list.rows.map(({ line }) => line)).toEqual([1, 2]);
  expect(list.doubts).toEqual([expect.stringContaining('first line holds an address')]);
  expect(guessColumns(list.header, list.rows, [])).toMatchObject({ name: 0, email: 1, country: null });
});

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
test.each([
  ['nothing', '', 'There is nothing in it', null],
  ['spaces', ' \n\ufeff\n', 'There is nothing in it', null],
  ['Markdown with a heading', '# Ministers\n\nThese are they.\n', 'It is Markdown', null],
  ['a Markdown table', 'name | email\n--- | ---\nAda | ada@x.test\n', 'It is Markdown', null],
  ['JSON', '[{"name": "Ada Ash"}]', 'It is JSON', null],
  ['JSON, a line each', '{"name": "Ada"}\n{"name": "Ben"}\n', 'It is JSON', null],
  ['HTML', '\n<!DOCTYPE html><table><tr><td>Ada', 'It is a web page', null],
  ['a table of HTML', '<table class="x">\n<tr><td>Ada', 'It is a web page', null],
  ['XML', '<?xml version="1.0"?><Workbook/>', 'It is XML', null],
  ['vCard', 'BEGIN:VCARD\nFN:Ada Ash\nEND:VCARD\n', 'It is an address book', null],
  ['a spreadsheet', Buffer.from('PK\x03\x04....'), 'spreadsheet (.xlsx or .ods)', null],
  ['an old spreadsheet', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'spreadsheet of the older kind', null],
  ['a PDF', '%PDF-1.7\n', 'It is a PDF', null],
  ['a word processor', '{\\rtf1\\ansi Ada}', 'word processor', null],
  ['a picture', png, 'It is a picture', null],
  ['UTF-16 without its mark', Buffer.from('name\nAda', 'utf16le'), 'looks like UTF-16 without the mark', null],
  [
    'UTF-16 of the other order',
    Buffer.from('name\nAda', 'utf16le').swap16(),
    'looks like UTF-16 without the mark',
    null,
  ],
  ['a table with a NUL', 'name\nAda\0\n', 'NUL', 2],
  ['a header alone', 'name,email\n', 'no row follows', null],
  ['a header without names', ' ,,\nAda,Ash,x\n', 'names no column', 1],
  ['a title above', 'Ministers of 2026\nname,email\nAda Ash,ada@x.test\n', 'first line has one cell', 1],
  ['pipes', 'name|email\nAda Ash|ada@x.test\n', 'first line has one cell', 1],
  ['a cell of 5 MB', `name,email\nAda,${'x'.repeat(5_000_000)}\n`, 'more than 5000 characters', 2],
  ['more than 16 MB', 'x'.repeat(16 * 1024 * 1024 + 1), 'larger than 16 MB', null],
  ['more than 16 MB once written', `name\n${'é'.repeat(8_400_000)}`, 'larger than 16 MB', null],
  ['too many rows', `name\n${'Ada\n'.repeat(50_001)}`, '50001 rows', null],
  ['too many lines', `name\n${'\n'.repeat(250_001)}Ada`, '250002 lines', null],
  ['too many columns', `${'name,'.repeat(200)}x\n${'a,'.repeat(200)}b\n`, '201 columns', null],
  ['a quote that stays open', 'name\n"Ada\n', 'never closed', 2],
])('%s has a sentence of its own', async (_what, input, words, line) => {
  const said = await fault(input);
  expect(said.message).toContain(words);
  expect(said.message).toMatch(/^[A-Z].*[.]$/);
  expect(said.line).toBe(line);
});

test('what only resembles something else is read', async () => {
  for (const header of ['#,name', '[Name],email', '# Nr;name', '- name,email', 'name,<b>', '*name*,email'])
    expect((await readList(`${header}\nx,y\n`.replaceAll(',', header.includes(';') ? ';' : ','))).rows).toHaveLength(1);
  expect((await readList(`name,email\nAda,${'x'.repeat(5000)}\n`)).rows).toHaveLength(1);
  expect((await readList(`name\n${'Ada\n'.repeat(50_000)}`)).rows).toHaveLength(50_000);
});

/** A mapping by the names of the fields in the order of the columns; `-` for a column that is none. */
function columns(names: string): Mapping {
  const all = names.split(' ');
  const place = (field: string) => (all.includes(field) ? all.indexOf(field) : null);
  const plain = Object.fromEntries(FIELDS.map((field) => [field, place(field)])) as Record<Field, number | null>;
  return { ...plain, and: { name: null, office: null }, inLanguages: {} };
}

const MOST = 'country name office salutation language email contactForm source checkedOn timezone';
test.each([
  [HEADER, `${MOST} id`],
  ['Land;Vor- und Nachname;Amt;Anrede;Sprache;E-Mail-Adresse;Kontaktformular;Quelle;Geprüft am;Zeitzone', MOST],
  [
    'PAYS;Nom et prénom;Ministère;Formule d’appel;Langue;Courriel;Formulaire de contact;Source;Vérifié le;Fuseau horaire',
    MOST,
  ],
  [
    'País;Nombre;Cargo;Tratamiento;Idioma;Correo electrónico;Fuente',
    'country name office salutation language email source',
  ],
  [
    'Paese;Nome e cognome;Incarico;Saluto;Lingua;Indirizzo e-mail;Modulo di contatto',
    'country name office salutation language email contactForm',
  ],
  ['Ministre;E-mail du cabinet', 'name email'],
  ['Name;Ministre;e_mail', 'name office email'],
  ['sort_name;name;E-Mail (Büro);email', '- name - email'],
  ['group_id;party name;phone;image;Email of assistant', '- - - - email'],
])('the columns of %s are known', (header, expected) => {
  const names = header.split(header.includes(';') ? ';' : ',');
  expect(guessColumns(names, [{ line: 2, cells: names.map(() => 'x') }], [])).toEqual(columns(expected));
});

test.each([
  ['Land,Vorname,Nachname,E-Mail', 1, 2],
  ['Name,Vorname,E-Mail', 1, 0],
  ['Nom,Prénom,Courriel', 1, 0],
  ['last_name,first_name,email', 1, 0],
  ['given_name,family_name,name', 2, null],
  ['Nombre,Apellidos', 0, 1],
  ['Nome,Cognome', 0, 1],
  ['First name,E-mail', null, null],
  ['First name,Surname,Full name', 2, null],
])('the name of %s stands in columns %s and %s', (header, name, and) => {
  const mapping = guessColumns(header.split(','), [], []);
  expect([mapping.name, mapping.and.name]).toEqual([name, and]);
});

test('two columns make one field, and a formula is seen in either', async () => {
  const text =
    'country,First name,Last name,office,email\nFR,Inès,Lefèvre,A,a@x.test\nFR,,Birk,B,b@x.test\nFR,Cem,=A1,C,c@x.test\n';
  const judged = await read(text);
  expect(judged.map(({ recipient }) => recipient?.name)).toEqual(['Inès Lefèvre', 'Birk', undefined]);
  expect(kinds(judged[2] as Judged)).toContain('formula');
  const list = await readList('country,Title,Name,office\nFR,Dr,Lefèvre,Minister\n');
  const mapping = { ...guessColumns(list.header, list.rows, []), name: 1, office: null };
  const { rows: joined } = await judge(list, { ...mapping, and: { name: 2, office: 3 } }, EYES, [], told);
  expect(joined[0]?.recipient).toMatchObject({ name: 'Dr Lefèvre', office: 'Minister' });
});

test('office and salutation in a language of the campaign are read, in others not', async () => {
  const header = 'country,name,office,salutation,Anrede (de),office_de,office_fr,salutation_de-AT';
  expect(guessColumns(header.split(','), [], ['de', 'de-AT']).inLanguages).toEqual({
    ...{ office_de: 5, 'office_de-AT': null, salutation_de: 4, 'salutation_de-AT': 7 },
  });
  const [row] = await read(`${header}\nFR,Ada,Minister,Dear A,"Liebe Ada,",Ministerin,Ministre,x\n`);
  expect(row?.recipient).toMatchObject({ offices: { de: 'Ministerin' }, salutations: { de: 'Liebe Ada' } });
  const [wrong] = await read(`${header}\nFR,Ada,Minister,Dear A,[ANREDE],Ministerin,,\n`);
  expect(saying(wrong, 'placeholder')).toBe('salutation_de: "[ANREDE]" was never filled in.');
});

test('where names do not tell, cells do', async () => {
  const header = Array.from({ length: 11 }, (_, i) => `Spalte ${i}`);
  const cells = [
    ['7', 'DE', 'Ada Ash', 'Minister of Waters', 'Dear Minister', 'de', 'Ada Ash <ada@x.test>'],
    ['8', 'Frankreich', 'Ben van Birk', 'Secretary of State', 'Madame', 'nl fr', 'ben@x.test'],
  ].map((row, i) => [...row, 'https://x.test/contact', 'www.x.test/team', `1${i}.11.2026`, 'Europe/Berlin']);
  const list = cells.map((row, i) => ({ line: i + 2, cells: row }));
  expect(guessColumns(header, list, [])).toEqual(columns(`- ${MOST}`));
  const others = ['birth_date', 'image', 'party', 'facebook'];
  const born = [{ line: 2, cells: ['2020-01-01', 'https://x.test/a', 'Green Fish', 'https://x.test/contact'] }];
  expect(guessColumns(others, born, [])).toEqual(columns('-'));
  const codes = [{ line: 2, cells: ['1990-01-31', 'de', 'FR'] }];
  expect(guessColumns(['Tag', 'Kürzel', 'Zeichen'], codes, [])).toEqual(columns('- language country'));
  expect(guessColumns(['Kürzel'], [{ line: 2, cells: ['de'] }], [])).toEqual(columns('language'));
  expect(guessColumns(['Minister'], [{ line: 2, cells: ['Minister of Waters'] }], [])).toEqual(columns('office'));
});

test('the list of a campaign, as it is exported, is good as it stands', async () => {
  const judged = await read(OFFICES);
  expect(judged.map(({ verdict }) => verdict)).toEqual(['good', 'good', 'good']);
  expect(judged.map(({ recipient }) => recipient?.id)).toEqual(['fr-waters', 'de-waters', 'eu-waters']);
  expect(judged[0]?.recipient).toEqual({
    id: 'fr-waters',
    country: 'FR',
    name: 'Lefèvre, Inès',
    office: 'Minister of Waters',
    salutation: 'Dear Minister',
    languages: ['fr', 'en'],
    email: 'minister@waters-fr.test',
    source: 'https://waters-fr.test/team',
    checkedOn: '2026-10-01',
    timezone: 'Europe/Paris',
    offices: { de: 'Ministerin für Gewässer' },
    salutations: { de: 'Sehr geehrte Frau Ministerin' },
  });
});

test.each<[Verdict, Kind | null, Record<string, string>]>([
  ['good', null, {}],
  ['no', 'malformed-address', { email: 'minister at waters' }],
  ['no', 'malformed-address', { email: 'minister@waters-fr.test.' }],
  ['no', 'malformed-address', { email: 'minïster@waters-fr.test' }],
  ['no', 'malformed-address', { email: 'ministеr at waters' }],
  ['no', 'two-addresses', { email: 'a@x.test; b@x.test' }],
  ['no', 'two-addresses', { email: 'a@x.test\nb@x.test' }],
  ['no', 'look-alike', { email: 'minister@wаters-fr.test' }],
  ['no', 'look-alike', { email: 'ministеr@waters-fr.test' }],
  ['no', 'look-alike', { contact_form: 'https://wаters-fr.test/form' }],
  ['look', 'look-alike', { email: 'minister@воды.test' }],
  ['look', 'look-alike', { email: 'minister@ｗaters.test' }],
  ['good', null, { email: 'minister@gewässer.test' }],
  ['look', 'no-address', { email: '' }],
  ['look', 'no-address', { email: 'n/a' }],
  ['good', 'no-address', { email: '–', contact_form: 'www.waters-fr.test/form' }],
  ['no', 'placeholder', { name: 'TBD' }],
  ['no', 'placeholder', { name: '(vacant)' }],
  ['no', 'placeholder', { office: '[INSERT OFFICE]' }],
  ['no', 'placeholder', { email: 'your e-mail' }],
  ['no', 'placeholder', { salutation: 'Dear [name]' }],
  ['good', null, { salutation: 'Your Excellency,' }],
  ['no', 'real-address', { email: 'minister@waters.invented' }],
  ['no', 'real-address', { contact_form: 'https://waters.invented/form' }],
  ['look', 'future', { checked_on: '2026-11-21' }],
  ['good', null, { checked_on: '2026-11-20' }],
  ['look', 'unreadable', { checked_on: '5/11/2026' }],
  ['look', 'unreadable', { checked_on: '31.2.2026' }],
  ['look', 'unreadable', { timezone: 'Mars/Olympus' }],
  ['look', 'unreadable', { contact_form: 'by the river' }],
  ['look', 'unreadable', { language: 'klingonish' }],
  ['good', 'other-language', { language: 'Finnish' }],
  ['no', 'unknown-country', { country: 'Atlantis' }],
  ['no', 'unknown-country', { country: 'XX' }],
  ['no', 'unknown-country', { country: 'ZZZ' }],
  ['no', 'formula', { name: '=HYPERLINK("https://x.test","Ada")' }],
  ['no', 'formula', { office: "+cmd|' /C calc'!A0" }],
  ['no', 'formula', { source: '@SUM(A1:A9)' }],
  ['no', 'formula', { source: '-2+3' }],
  ['good', null, { source: '+49 30 1234-56' }],
  ['good', null, { source: '- the directory' }],
  ['good', null, { source: '@waters' }],
  ['good', null, { source: '=== Europe ===' }],
  ['no', 'missing', { country: '' }],
  ['no', 'missing', { name: '-', office: 'null' }],
  ['good', 'filled-in', { name: '' }],
  ['look', 'filled-in', { office: '' }],
  ['look', 'filled-in', { salutation: '' }],
  ['look', 'hidden-characters', { email: '\u00a0minister@waters-fr.test' }],
  ['look', 'hidden-characters', { email: 'minister@\u200bwaters-fr.test' }],
  ['look', 'hidden-characters', { email: 'mini\u200dster@waters-fr.test' }],
  ['look', 'hidden-characters', { name: 'Inès \u202eLefèvre' }],
  ['good', 'changed', { office: 'Minister\nof Waters' }],
  ['good', 'changed', { email: 'Inès <mailto:minister@waters-fr.test>' }],
  ['good', 'changed', { email: 'mailto:minister@waters-fr.test?subject=x' }],
  ['good', 'changed', { id: 'FR Waters' }],
])('%s, with a remark of kind %s: %j', async (verdict, kind, cells) => {
  const judged = await one(cells);
  expect(kinds(judged)).toEqual(kind ? [kind] : []);
  expect(judged.verdict).toBe(verdict);
  expect(judged.recipient === null).toBe(verdict === 'no');
});

test('outside a demonstration, addresses that lead nowhere are placeholders, and days grow old', async () => {
  const real = { ...EYES, demonstration: false };
  expect(kinds(await one({}, real))).toEqual(['placeholder']);
  expect((await one({ email: 'minister@waters.invented', checked_on: '2026-05-24' }, real)).verdict).toBe('good');
  const old = await one({ email: 'minister@waters.invented', checked_on: '23.05.2026' }, real);
  expect(old).toMatchObject({ verdict: 'look', recipient: { checkedOn: '2026-05-23' } });
  expect(kinds(old)).toEqual(['stale']);
  expect(kinds(await one({ checked_on: '2020-01-01' }))).toEqual([]);
});

test.each([
  ['de', 'DE'],
  ['DEU', 'DE'],
  ['Germany', 'DE'],
  ['ALLEMAGNE', 'DE'],
  ['Deutschland', 'DE'],
  ['Federal Republic of Germany', 'DE'],
  ['UK', 'GB'],
  ['U.S.A.', 'US'],
  ['Bosnia and Herzegovina', 'BA'],
  ['Korea, Republic of', 'KR'],
  ['Congo, Democratic Republic of the', 'CD'],
  ['cote d’ivoire', 'CI'],
  ['European Union', 'EU'],
  ['eu', 'EU'],
])('%s is %s', async (country, code) => {
  expect(await one({ country })).toMatchObject({ verdict: 'good', recipient: { country: code } });
});

test('cells are understood in the ways people write them', async () => {
  expect((await one({ language: 'Deutsch / Französisch' })).recipient?.languages).toEqual(['de', 'fr']);
  expect((await one({ language: 'German, de' })).recipient?.languages).toEqual(['de']);
  expect((await one({ language: 'DE_at' })).recipient?.languages).toEqual(['de-AT']);
  expect((await one({ language: '' })).recipient?.languages).toEqual(['en']);
  expect((await one({ checked_on: '15.11.2026' })).recipient?.checkedOn).toBe('2026-11-15');
  expect((await one({ checked_on: '11/15/2026' })).recipient?.checkedOn).toBe('2026-11-15');
  expect((await one({ checked_on: '13/11/2026' })).recipient?.checkedOn).toBe('2026-11-13');
  expect((await one({ checked_on: '2026/11/5' })).recipient?.checkedOn).toBe('2026-11-05');
  expect((await one({ contact_form: 'www.x.test/form' })).recipient?.contactForm).toBe('https://www.x.test/form');
  expect((await one({ email: '\u200bminister@waters-fr.test' })).recipient?.email).toBe('minister@waters-fr.test');
  expect((await one({ name: '  نگار\u200cنیا  ' })).recipient?.name).toBe('نگار\u200cنیا');
  expect((await one({ salutation: 'Dear Minister,' })).recipient?.salutation).toBe('Dear Minister');
});

test('what is missing is made of the rest, or of what holds for the whole list', async () => {
  const bare = { salutation: '', office: '', language: '' };
  const without = { ...EYES, defaults: {} };
  expect((await one(bare)).recipient).toMatchObject({
    id: 'fr-ines-lefevre',
    office: 'Inès Lefèvre',
    salutation: 'Dear Inès Lefèvre',
    languages: ['en'],
  });
  expect((await one({ name: '' })).recipient?.name).toBe('Minister of Waters');
  const defaults = { language: 'fr', country: 'Belgium', source: 'Directory', checkedOn: '2026-11-01' };
  expect((await one({ country: '', language: '' }, { ...EYES, defaults })).recipient).toMatchObject({
    country: 'BE',
    languages: ['fr'],
    source: 'Directory',
    checkedOn: '2026-11-01',
  });
  const whole = { ...EYES, defaults: { office: 'Member', salutation: 'Dear Member' } };
  expect(await one({ office: '', salutation: '' }, whole)).toMatchObject({
    verdict: 'good',
    recipient: { office: 'Member', salutation: 'Dear Member' },
  });
  expect((await one({}, whole)).recipient).toMatchObject({ office: 'Minister of Waters', salutation: 'Dear Minister' });
  const first = await one({ language: '' }, { ...without, languages: ['de'] });
  expect(first).toMatchObject({ verdict: 'look', recipient: { languages: ['de'] } });
  const none = await one({ language: '' }, { ...without, languages: [] });
  expect(none.verdict).toBe('no');
  expect(saying(none, 'missing')).toContain('language: is missing');
});

test('ids are made by the rules, and each is its row’s own', async () => {
  const given = [{ id: 'a' }, { id: 'a' }, { id: 'short' }, {}, {}, { country: 'JP', office: '水大臣', name: '川' }];
  const different = given.map((cells, i) => ({ name: `Ada ${i}`, office: `Office ${i % 2}`, ...cells }));
  const judged = await read(rows(...different.map((cells, i) => ({ email: `a${i}@x.test`, ...cells }))));
  expect(judged.map(({ recipient }) => recipient?.id)).toEqual([
    'a',
    'a-2',
    'fr-office-0',
    'fr-office-1',
    'fr-office-0-2',
    'jp-office',
  ]);
  expect(saying(judged[1], 'duplicate')).toBe('id: "a" stands on line 2 already.');
  expect(judged[1]?.verdict).toBe('look');
  const later = await read(rows({}, { id: 'fr-minister-of-waters', country: 'DE', email: 'b@x.test' }));
  expect(later.map(({ recipient }) => recipient?.id)).toEqual(['fr-minister-of-waters-2', 'fr-minister-of-waters']);
  const refused = await read(rows({ id: 'a', email: 'at' }, { id: 'a', country: 'DE' }));
  expect(refused[1]).toMatchObject({ verdict: 'good', recipient: { id: 'a' } });
  const long = (await one({ office: 'Very '.repeat(40) })).recipient?.id ?? '';
  expect(long).toMatch(/^fr-very-.*very$/);
  expect(long.length).toBeLessThan(65);
  expect((await one({ office: 'w'.repeat(80) })).recipient?.id).toMatch(/^fr-w{50,}$/);
});

test('a row that repeats an earlier one names its line', async () => {
  const address = await read(rows({}, { office: 'Minister of Lakes', email: 'MINISTER@waters-fr.test' }));
  expect(address[0]?.remarks.filter(({ kind }) => kind === 'duplicate')).toEqual([]);
  expect(saying(address[1], 'duplicate')).toBe('email: "MINISTER@waters-fr.test" is the address of line 2 too.');
  expect(address[1]?.verdict).toBe('look');
  const office = await read(rows({}, { name: 'Ben Birk', office: 'minister of waters', email: 'ben@x.test' }));
  expect(saying(office[1], 'duplicate')).toBe('Line 2 names the same office already.');
  expect(kinds((await read(rows({}, { country: 'DE', email: 'ben@x.test' })))[1] as Judged)).toEqual([]);
  const whole = await read(rows({}, {}));
  expect(whole.map(({ verdict }) => verdict)).toEqual(['good', 'no']);
  expect(saying(whole[1], 'duplicate')).toContain('It says the same as line 2');
});

test('an office that many hold makes no duplicates', async () => {
  const members = async (count: number) =>
    await read(rows(...Array.from({ length: count }, (_, i) => ({ name: `Ada Ash ${i}`, email: `ash${i}@x.test` }))));
  expect((await members(5)).filter(({ verdict }) => verdict === 'look')).toHaveLength(4);
  expect((await members(6)).filter(({ verdict }) => verdict === 'look')).toHaveLength(0);
});

test('rows that disagree name each other', async () => {
  const person = await read(rows({ office: 'A' }, { office: 'B', email: 'other@x.test' }));
  const said = (row: Judged | undefined) =>
    row?.remarks.filter(({ kind }) => kind === 'conflict').map(({ text }) => text);
  expect(said(person[0])).toEqual([
    'Line 3 gives "Inès Lefèvre" another address. Which is right?',
    'Line 3 gives "Inès Lefèvre" another office. Which is right?',
  ]);
  expect(said(person[1])?.[0]).toBe('Line 2 gives "Inès Lefèvre" another address. Which is right?');
  expect(person.map(({ verdict }) => verdict)).toEqual(['look', 'look']);
  const address = await read(
    rows({ office: 'A' }, { office: 'B', name: 'Ben Birk' }, { office: 'C', name: 'Cem Can' }),
  );
  expect(said(address[0])).toEqual(['Lines 3, 4 give this address another name. Which is right?']);
  expect(said(address[2])).toEqual(['Lines 2, 3 give this address another name. Which is right?']);
});

test('a row that is too wide is refused, one that is too short is looked at', async () => {
  const [short, wide] = await read(
    'country,name,office,salutation,email,id\nFR,Ash,Minister,Dear A,a@x.test\nFR,Ash,B,b,c,d,e\n',
  );
  expect(short).toMatchObject({ line: 2, verdict: 'look', recipient: { id: 'fr-minister' } });
  expect(kinds(short as Judged)).toEqual(['misfit']);
  expect(wide).toMatchObject({ line: 3, verdict: 'no', recipient: null });
  expect(kinds(wide as Judged)).toEqual(['misfit']);
  const without = { ...EYES, defaults: {} };
  const [alone] = await read('country,name,email\nFR,Ash,b,c\n', { ...without, languages: [] });
  expect(kinds(alone as Judged)).toEqual(['misfit']);
});

test('10,000 rows are judged', async () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => {
    const email = i % 10 === 0 ? 'ash at x' : `ash${i}@x.test`;
    const salutation = i % 10 === 1 ? '' : 'Dear Minister';
    return `Germany,Ada ${i},Office ${i},${salutation},German,${email},,Directory,2026-11-01,Europe/Berlin,`;
  });
  const list = await readList([HEADER, ...lines].join('\n'));
  const steps: [number, number][] = [];
  const noting = async (done: number, total: number) => void steps.push([done, total]);
  const all = await judge(list, guessColumns(list.header, list.rows, []), EYES, [], noting);
  const judged = all.rows;
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.every(([done, total], i) => done > (steps[i - 1]?.[0] ?? 0) && done <= total)).toBe(true);
  await keepVerdicts(list, all, 1, noting);
  // A database counts whole steps only.
  expect(steps.flat().every(Number.isInteger)).toBe(true);
  const count = (verdict: Verdict) => judged.filter((row) => row.verdict === verdict).length;
  expect([count('good'), count('look'), count('no')]).toEqual([8000, 1000, 1000]);
  expect(new Set(judged.map(({ recipient }) => recipient?.id)).size).toBe(9001);
});

const ODD = [
  ...',;\t\n"@=а|-\u200b',
  '1.1.2026',
  'DE',
  'Germany',
  '__proto__',
  'a@x.test',
  'a',
  'short',
  'Europe/Berlin',
];
const odd = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 8 }));
const messy = fc.array(fc.oneof(fc.constantFrom(...COLUMNS), odd)).map((all) => all.join(''));
/** Rows that are good but for a cell here and there. */
const nearly = fc.record(
  Object.fromEntries(
    COLUMNS.map((name) => [
      name,
      fc.oneof({ weight: 15, arbitrary: fc.constant(GOOD[name] ?? '') }, { weight: 1, arbitrary: odd }),
    ]),
  ),
);
const table = fc.array(nearly, { maxLength: 6 }).map((all) => rows(...all));

test('whatever is given, only a ReadFault is thrown, and every recipient is one', async () => {
  let seen = 0;
  const holds = async (input: Uint8Array | string) => {
    let list: Awaited<ReturnType<typeof readList>>;
    try {
      list = await readList(input);
    } catch (error) {
      expect(error).toBeInstanceOf(ReadFault);
      return;
    }
    const { rows: judged } = await judge(list, guessColumns(list.header, list.rows, EYES.languages), EYES, [], told);
    expect(judged.map(({ line }) => line)).toEqual(list.rows.map(({ line }) => line));
    const recipients = judged.map(({ recipient }) => recipient).filter((each) => each !== null);
    seen += recipients.length;
    for (const each of recipients) expect(Recipient.parse(each)).toEqual(each);
    expect(new Set(recipients.map(({ id }) => id)).size).toBe(recipients.length);
    expect(judged.filter(({ verdict }) => verdict !== 'no')).toHaveLength(recipients.length);
  };
  await fc.assert(fc.asyncProperty(fc.oneof(fc.uint8Array(), messy, table), holds), { numRuns: 500 });
  expect(seen).toBeGreaterThan(50);
});
