import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderFault, lineInWords, readFolder } from '../../server/campaigns/folder.ts';
import { writeFolder } from '../../server/campaigns/write.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { CAMPAIGN, emptyFolder, FACTS, folderOf, OFFICES, RECIPIENTS, riverFiles, SIGNED } from './files.ts';

type Changes = Record<string, string | Uint8Array | null>;
const LETTERS = 'templates/letters/clean-rivers';

/** Reads "Clean Rivers" with some of its files changed (null: taken away). */
async function reading(changes: Changes = {}, today = '2026-11-24') {
  const files = Object.entries({ ...riverFiles(), ...changes }).filter(([, text]) => text !== null);
  const { campaigns } = await readFolder(folderOf(Object.fromEntries(files) as Record<string, string>), { today });
  expect(campaigns).toHaveLength(1);
  const [campaign] = campaigns;
  if (!campaign) throw new Error('no campaign');
  const { content } = campaign;
  return { content, faults: campaign.faults.map(lineInWords), doubts: campaign.doubts.map(lineInWords) };
}

const withFacts = (changes: Record<string, unknown>) => ({
  [CAMPAIGN]: JSON.stringify({ ...FACTS, ...changes }, null, 2),
});
const withOffices = (from: string | RegExp, to: string) => ({ [RECIPIENTS]: OFFICES.replace(from, to) });

/** Every file below a folder with its text. */
function filesIn(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => [
      join(parentPath, name).slice(root.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

async function rivers(): Promise<CampaignContent> {
  const { content } = await reading();
  if (!content) throw new Error('not read');
  return content;
}

test('reads everything the format knows', async () => {
  const { content, faults, doubts } = await reading();
  expect({ faults, doubts }).toEqual({ faults: [], doubts: [] });
  expect(content?.facts).toEqual(FACTS);
  expect(content?.recipients.map(({ id, languages }) => [id, languages])).toEqual([
    ['fr-waters', ['fr', 'en']],
    ['de-waters', ['de']],
    ['eu-waters', ['en']],
  ]);
  expect(content?.recipients[1]).toEqual({
    id: 'de-waters',
    country: 'DE',
    name: 'Jörg "Jo" Bach',
    office: 'Minister of Waters',
    salutation: 'Dear Minister',
    languages: ['de'],
    contactForm: 'https://waters-de.test/form?a=b',
    source: 'Directory',
    checkedOn: '2026-10-01',
    offices: {},
    salutations: { de: 'Sehr geehrter Herr Minister' },
  });
  expect(content?.signatories).toEqual([
    { name: 'Ada Ash', role: 'MP', country: 'GB' },
    { name: 'Ben Birk', role: '', country: 'EU' },
  ]);
  expect(Object.keys(content?.texts ?? {}).sort()).toEqual(['de', 'en', 'en.eu-waters', 'en.short']);
});

test('a campaign may be named by its own folder', async () => {
  const root = folderOf(riverFiles());
  const { campaigns } = await readFolder(join(root, 'data/campaigns/clean-rivers/'));
  expect(campaigns.map(({ slug, content }) => [slug, Object.keys(content?.texts ?? {}).length])).toEqual([
    ['clean-rivers', 4],
  ]);
});

test('what is not said has its default, and signatories need not be', async () => {
  const { slug, title, summary, organiser, opens, closes, languages } = FACTS;
  const { name, contact } = organiser;
  const facts = { slug, title, summary, organiser: { name, contact }, opens, closes, languages };
  const { content, faults } = await reading({ [CAMPAIGN]: JSON.stringify(facts), [SIGNED]: null });
  expect(faults).toEqual([]);
  expect(content?.facts).toMatchObject({ editing: 'own-words', pacePerHour: 30, blocs: {}, demonstration: false });
  expect(content?.signatories).toEqual([]);
});

test.each<[string, Changes, string[]]>([
  ['no campaign.json', { [CAMPAIGN]: null }, ['campaign.json: This file is missing.']],
  ['no recipients.csv', { [RECIPIENTS]: null }, ['recipients.csv: This file is missing.']],
  [
    'broken JSON',
    { [CAMPAIGN]: '{\n  "slug": "clean-rivers"\n  "goal": 3\n}' },
    ['campaign.json, line 3: It is not valid JSON: a comma is missing'],
  ],
  [
    'comments in JSON',
    { [CAMPAIGN]: '{}\n// mine' },
    ['campaign.json, line 2: It is not valid JSON: JSON has no comments'],
  ],
  ['JSON nested without end', { [CAMPAIGN]: '['.repeat(200_000) }, ['campaign.json: Its brackets are nested too deep']],
  [
    'a name given twice',
    { [CAMPAIGN]: JSON.stringify(FACTS, null, 2).replace('"goal": 500', '"goal": 500,\n  "goal": 1') },
    ['"goal" is given twice'],
  ],
  [
    'another slug',
    withFacts({ slug: 'dirty-rivers' }),
    ['campaign.json, line 2: slug: "dirty-rivers" is not the folder\'s name, "clean-rivers"'],
  ],
  [
    'facts of the wrong shape',
    withFacts({
      organiser: { name: 'X' },
      goal: -1,
      opens: '1 May',
      languages: ['en', 'EN'],
      colour: 'red',
      editing: 'all',
    }),
    [
      'organiser, contact: is missing.',
      'goal: is too small.',
      'opens: "1 May" is not a day such as 2026-11-15.',
      'languages, entry 2: "EN" is not a language tag',
      'It holds a name that is not known: "colour"',
      'editing: "all" is not one of "own-words", "full", "none"',
    ],
  ],
  ['a language twice', withFacts({ languages: ['en', 'de', 'en'] }), ['languages: "en" stands there twice']],
  ['a tag that is none', withFacts({ languages: ['en', 'de', 'de-12'] }), ['languages: "de-12" is no language tag']],
  [
    'a line break in a name',
    withFacts({ organiser: { ...FACTS.organiser, name: 'X\nBcc: y' } }),
    ['organiser, name: "XU+000ABcc: y" holds a line break'],
  ],
  [
    'half a character',
    { [CAMPAIGN]: JSON.stringify(FACTS).replace('Clean rivers', '\\ud800') },
    ['title, en: "U+D800" holds a broken character'],
  ],
  [
    'a missing column',
    withOffices('salutation,', 'greeting,'),
    ['recipients.csv, line 1: The column "salutation" is missing.'],
  ],
  ['a column twice', withOffices('contact_form', 'E-Mail'), ['The column "email" stands there twice']],
  [
    'an id twice',
    withOffices('de-waters', 'fr-waters'),
    ['recipients.csv, line 3: id: "fr-waters" stands on line 2 already'],
  ],
  [
    'a broken address',
    withOffices('minister@waters-fr.test', 'minister at waters'),
    [
      'recipients.csv, line 2: email: "minister at waters" is not one plain email address. Write it as name@example.org.',
    ],
  ],
  [
    'two addresses',
    withOffices('minister@waters-fr.test', 'a@waters.test; b@waters.test'),
    ['line 2: email: "a@waters.test; b@waters.test" holds more than one address'],
  ],
  [
    'a mailto link',
    withOffices('minister@waters-fr.test', 'mailto:a@waters.test'),
    ['line 2: email: "mailto:a@waters.test" is not one plain'],
  ],
  [
    'an address with what is not seen',
    withOffices('minister@waters-fr.test', 'a@wat\u200bers.test'),
    ['line 2: email: "a@watU+200Bers.test" holds a character that is not seen'],
  ],
  [
    'a line break in a salutation',
    withOffices('Dear Commissioner', '"Dear\nBcc: x@y.test"'),
    ['line 4: salutation: "DearU+000ABcc: x@y.test" holds a line break'],
  ],
  [
    'a form that is none',
    withOffices('https://waters-de.test/form?a=b', 'javascript:alert(1)'),
    ['line 3: contact_form: "javascript:alert(1)" is not a web address'],
  ],
  [
    'a day that is none',
    withOffices('Directory,2026-10-01', 'Directory,01.10.2026'),
    ['line 3: checked_on: "01.10.2026" is not a day such as 2026-11-15. Write it as 2026-11-15.'],
  ],
  [
    'no such time zone',
    withOffices('Europe/Paris', 'Paris time'),
    ['line 2: timezone: "Paris time" is not a time zone'],
  ],
  ['no name', withOffices('Maja Ek', ''), ['line 4: name: is missing.']],
  [
    'a country in words',
    withOffices('EU,Maja', 'Europe,Maja'),
    ['line 4: country: "EUROPE" is not a two-letter country code'],
  ],
  ['a language in words', withOffices('fr en', 'French'), ['line 2: language: "French" is not a language tag']],
  ['a row too long', withOffices('Maja Ek', 'Ek, Maja'), ['line 4: This line has 14 cells, the header 13']],
  [
    'too many rows',
    { [RECIPIENTS]: OFFICES + 'x,DE,N,O,S,de,,,,,,,\n'.repeat(49_998) },
    ['It has 50001 rows; at most 50000 are read'],
  ],
  [
    'a huge file',
    { [RECIPIENTS]: OFFICES + ' '.repeat(16 * 1024 * 1024) },
    ['recipients.csv: It is larger than 16 MB.'],
  ],
  [
    'a signatory without a country',
    { [SIGNED]: 'name,role,country\nAda,MP,\n' },
    ['signatories.csv, line 2: country: is missing.'],
  ],
  [
    'a letter with an unknown variable',
    { [`${LETTERS}/en.hbs`]: 'Subject\n\nDear\n{{recipient.age}}\n' },
    ['en.hbs, line 4: The letter uses the unknown variable "recipient.age"'],
  ],
  [
    'a letter without a subject',
    { [`${LETTERS}/en.hbs`]: 'Dear all' },
    ['en.hbs, line 1: The letter needs a subject on its first line, an empty line below it, and then its text'],
  ],
  [
    'a letter in an unknown language',
    { [`${LETTERS}/fr.hbs`]: 'A\n\nB\n' },
    ['fr.hbs: "fr" is not among the campaign\'s languages'],
  ],
  [
    'a letter for nobody',
    { [`${LETTERS}/en.us-waters.hbs`]: 'A\n\nB\n' },
    ['en.us-waters.hbs: No row of recipients.csv has the id "us-waters"'],
  ],
  [
    'a letter of many names',
    { [`${LETTERS}/en.eu-waters.long.hbs`]: 'A\n\nB\n' },
    ['en.eu-waters.long.hbs: This name is not understood'],
  ],
  [
    'letters without a campaign',
    { 'templates/letters/clean-rivers/en.hbs': 'x', [CAMPAIGN]: 'no' },
    ['campaign.json, line 1: It is not valid JSON', 'en.hbs, line 1: The letter needs'],
  ],
])('refuses %s, and says where', async (_name, changes, sentences) => {
  const { content, faults } = await reading(changes);
  expect(content).toBeNull();
  expect(faults).toHaveLength(sentences.length);
  for (const sentence of sentences) expect(faults.join('\n')).toContain(sentence);
});

test.each<[string, Changes, string[]]>([
  [
    'an unknown column',
    withOffices(/^(.*)timezone/, '$1phone'),
    ['line 1: The column "phone" is not known; it is not kept.'],
  ],
  [
    'a header spelt otherwise',
    withOffices(/email,contact_form(.*)office_de/, 'E-mail,Contact form$1Office DE'),
    [
      '"E-mail" was taken for "email"',
      '"Contact form" was taken for "contact_form"',
      '"Office DE" was taken for "office_de"',
    ],
  ],
  [
    'stray spaces',
    withOffices('minister@waters-fr.test', '\u00a0minister@waters-fr.test '),
    ['line 2: email: stray spaces around "minister@waters-fr.test" were taken away'],
  ],
  [
    'letters that look alike',
    withOffices('minister@waters-fr.test', 'minister@wаters-fr.test'),
    ['line 2: email: "minister@wаters-fr.test" mixes alphabets (а is U+0430)'],
  ],
  [
    'the same address twice',
    withOffices('ek@waters-eu.test', 'Minister@Waters-FR.test'),
    ['line 4: email: "Minister@Waters-FR.test" is the address of line 2 too'],
  ],
  [
    'no way to write',
    withOffices('https://waters-de.test/form?a=b', ''),
    ['line 3: email, contact_form: both are empty'],
  ],
  [
    'no source and no day',
    withOffices('Directory,2026-10-01,,', ',,,'),
    ['line 3: source: is empty', 'line 3: checked_on: is empty'],
  ],
  [
    'a day to come',
    withOffices('Directory,2026-10-01,,', 'Directory,2027-01-01,,'),
    ['line 3: checked_on: "2027-01-01" is still to come'],
  ],
  [
    'a country that is none',
    withOffices(',FR,', ',UK,'),
    ['line 2: country: "UK" is no country of ISO 3166-1, so nobody is led to this office. Is GB meant?'],
  ],
  ['codes in other letters', withOffices('DE,"J', 'de,"J'), ['line 3: country: "de" was written as "DE"']],
  [
    'another separator',
    { [SIGNED]: 'name;role;country\nAda;MP;GB\n' },
    ['signatories.csv: Its cells are separated by semicolons'],
  ],
  [
    'another encoding',
    { [SIGNED]: Buffer.from('name,role,country\nZoë,MP,GB\n', 'latin1') },
    ['signatories.csv: It was read as Windows-1252. Look whether the accents are right: Zoë'],
  ],
  [
    'a signatory twice',
    { [SIGNED]: 'name,country\nAda,GB\nAda,GB\n' },
    ['signatories.csv, line 3: name: "Ada" stands on line 2 too'],
  ],
  [
    'a title nobody is shown',
    withFacts({ title: { ...FACTS.title, es: 'Ríos' } }),
    ['title: "es" is not among the campaign\'s languages'],
  ],
  [
    'a short rendition of nothing',
    { [`${LETTERS}/de.eu-waters.short.hbs`]: 'A\n\nB\n' },
    ['de.eu-waters.short.hbs: There is no letter that this is the short rendition of'],
  ],
  [
    'other files',
    { [`${LETTERS}/notes.txt`]: 'x', 'data/campaigns/clean-rivers/.hidden': 'x' },
    ['notes.txt: This is no file of a campaign'],
  ],
])('takes in %s, and says so', async (_name, changes, sentences) => {
  const { content, faults, doubts } = await reading(changes);
  expect(faults).toEqual([]);
  expect(content).not.toBeNull();
  expect(doubts).toHaveLength(sentences.length);
  for (const sentence of sentences) expect(doubts.join('\n')).toContain(sentence);
});

test('an address grows old, but not a demonstration’s', async () => {
  expect((await reading({}, '2027-10-01')).doubts).toEqual([]);
  const { doubts } = await reading(withFacts({ demonstration: false }), '2027-10-01');
  expect(doubts).toHaveLength(3);
  expect(doubts[0]).toContain('line 2: checked_on: "2026-10-01" is more than 180 days ago');
});

test.each(['fr;en', 'fr,en', 'fr / en', 'FR en'])('several languages may be written %s', async (cell) => {
  const { content } = await reading(withOffices('fr en', `"${cell}"`));
  expect(content?.recipients[0]?.languages).toEqual(['fr', 'en']);
});

test('a folder of several campaigns gives each, and each its own faults', async () => {
  const other = { ...FACTS, slug: 'dry-rivers' };
  const root = folderOf({
    ...riverFiles(),
    'data/campaigns/dry-rivers/campaign.json': JSON.stringify(other),
    'data/campaigns/dry-rivers/recipients.csv': OFFICES.replace('FR', 'France'),
    'data/campaigns/README.md': 'Ours.',
    'templates/letters/lost-rivers/en.hbs': 'A\n\nB\n',
  });
  const { campaigns } = await readFolder(root);
  expect(campaigns.map(({ slug, content, faults }) => [slug, content !== null, faults.length])).toEqual([
    ['clean-rivers', true, 0],
    ['dry-rivers', false, 1],
    ['lost-rivers', false, 2],
  ]);
});

test('what is no folder of campaigns is refused with what would be', async () => {
  const folder = emptyFolder();
  await expect(readFolder(folder)).rejects.toThrow('holds no data/campaigns. Name a folder with data/campaigns/SLUG');
  await expect(readFolder(join(folder, 'nowhere'))).rejects.toThrow('is no folder');
});

test('export writes the very files that were read, and import reads the very campaign', async () => {
  const content = await rivers();
  const folder = join(emptyFolder(), 'new', 'folder');
  await writeFolder(content, folder);
  expect(filesIn(folder)).toEqual(riverFiles());
  const again = (await readFolder(folder)).campaigns[0]?.content;
  expect(JSON.stringify(again)).toBe(JSON.stringify(content));
});

test('columns of other languages are written where there are any, in order', async () => {
  const content = await rivers();
  const [first, ...others] = content.recipients.map((each) => ({ ...each, offices: {}, salutations: {} }));
  if (!first) throw new Error('no office');
  const folder = emptyFolder();
  const header = () => readFileSync(join(folder, RECIPIENTS), 'utf8').split('\n')[0];
  await writeFolder({ ...content, recipients: [first, ...others] }, folder);
  expect(header()).toMatch(/,timezone$/);
  const several = { ...first, offices: { pt: 'Ministra', 'de-CH': 'Amt' }, salutations: { cs: 'Vážená' } };
  await writeFolder({ ...content, recipients: [several, ...others] }, folder);
  expect(header()).toMatch(/,timezone,office_de-CH,office_pt,salutation_cs$/);
  expect((await readFolder(folder)).campaigns[0]?.content?.recipients).toEqual([several, ...others]);
});

test('export takes the place of former files, and leaves nothing of them', async () => {
  const content = await rivers();
  const folder = folderOf({ ...riverFiles(), 'README.md': 'Ours.' });
  const { de = '' } = content.texts;
  await writeFolder({ ...content, signatories: [], texts: { de } }, folder);
  const left = Object.keys(filesIn(folder)).sort();
  expect(left).toEqual(['README.md', CAMPAIGN, RECIPIENTS, `${LETTERS}/de.hbs`]);
  await writeFolder({ ...content, signatories: [], texts: {} }, folder);
  expect(existsSync(join(folder, LETTERS))).toBe(false);
});

test('export touches nothing where something else lies', async () => {
  const content = await rivers();
  const photos = folderOf({ 'photo.txt': 'x' });
  await expect(writeFolder(content, photos)).rejects.toThrow('holds other things');
  expect(filesIn(photos)).toEqual({ 'photo.txt': 'x' });
  const mixed = { ...riverFiles(), [`${LETTERS}/.notes`]: 'mine', [SIGNED]: 'name,country\n' };
  const folder = folderOf(mixed);
  await expect(writeFolder(content, folder)).rejects.toThrow('.notes is no file of a campaign and would be lost');
  expect(filesIn(folder)).toEqual(mixed);
  await expect(writeFolder(content, join(folder, SIGNED))).rejects.toThrow(FolderFault);
});

test('an export that fails leaves what was there', async () => {
  const content = await rivers();
  const before = { ...riverFiles(), [SIGNED]: 'name,role,country\nAda,MP,GB\n' };
  const folder = folderOf(before);
  const impossible = 'x'.repeat(300);
  await expect(
    writeFolder({ ...content, texts: { de: 'A\n\nB\n', [impossible]: 'A\n\nB\n' } }, folder),
  ).rejects.toThrow('cannot be written');
  expect(filesIn(folder)).toEqual(before);
  const fresh = join(emptyFolder(), 'fresh');
  await expect(writeFolder({ ...content, texts: { [impossible]: 'x' } }, fresh)).rejects.toThrow('cannot be written');
  expect(existsSync(fresh)).toBe(false);
});

test('a file that is a folder, and one that may not be read, are faults and not a crash', async () => {
  const files = riverFiles();
  delete files[SIGNED];
  const root = folderOf(files);
  mkdirSync(join(root, SIGNED));
  writeFileSync(join(root, LETTERS, 'de.hbs'), 'A\n\nB\n');
  chmodSync(join(root, LETTERS, 'de.hbs'), 0o000);
  const faults = (await readFolder(root)).campaigns[0]?.faults.map(lineInWords) ?? [];
  expect(faults[0]).toContain('signatories.csv: This is no file.');
  // The superuser may read it all the same.
  if (process.getuid?.() !== 0) expect(faults[1]).toContain('de.hbs: It cannot be read (EACCES).');
});

test('a campaign of 10,000 offices is written and read again, for as many can be taken in at the desk', async () => {
  const content = await rivers();
  const folder = emptyFolder();
  const [first] = content.recipients;
  const many = Array.from({ length: 10_000 }, (_, i) => ({
    ...first,
    id: `office-${i}`,
    office: `Büro für Flüsse ${i}`,
  }));
  await writeFolder({ ...content, recipients: many, texts: {} } as CampaignContent, folder);
  const again = (await readFolder(folder)).campaigns[0];
  expect(again?.faults).toEqual([]);
  expect(again?.content?.recipients).toEqual(many);
});
