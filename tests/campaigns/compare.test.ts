import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readWorld } from '../../server/campaigns/countries.ts';
import { guessColumns } from '../../server/campaigns/intake/columns.ts';
import { type Judged, judge } from '../../server/campaigns/intake/judge.ts';
import { keepVerdicts, openVerdicts } from '../../server/campaigns/intake/kept.ts';
import { readList } from '../../server/campaigns/intake/list.ts';
import type { Defaults } from '../../server/campaigns/intake/row.ts';
import type { Recipient } from '../../server/domain/campaign.ts';

const world = readWorld(join(import.meta.dirname, '../..'));
const told = async () => {};

const WATERS: Recipient = {
  id: 'fr-waters',
  country: 'FR',
  name: 'Inès Lefèvre',
  office: 'Minister of Waters',
  salutation: 'Dear Ms Lefèvre',
  languages: ['fr'],
  email: 'minister@waters-fr.test',
  timezone: 'Europe/Paris',
  offices: { de: 'Ministerin für Gewässer' },
  salutations: { de: 'Sehr geehrte Frau Lefèvre' },
};
const LAKES: Recipient = {
  ...WATERS,
  id: 'fr-lakes',
  name: 'Ben Birk',
  office: 'Minister of Lakes',
  salutation: 'Dear Minister',
  email: 'lakes@waters-fr.test',
  salutations: {},
};

async function against(text: string, present = [WATERS, LAKES], defaults: Defaults = { language: 'en' }) {
  const list = await readList(text);
  const eyes = { world, today: '2026-11-20', demonstration: true, languages: ['en', 'de'], defaults };
  const verdicts = await judge(list, guessColumns(list.header, list.rows, ['en', 'de']), eyes, present, told);
  return { list, ...verdicts };
}
const said = (row: Judged | undefined) => row?.remarks.map(({ text }) => text);
const ids = (all: Recipient[]) => all.map(({ id }) => id);

test('a row that says what the list has changes nothing, and what it does not say stays', async () => {
  const { rows, gone } = await against('country,name,office\nFrance,inès lefevre,minister of  Waters\n');
  expect(rows[0]).toMatchObject({ verdict: 'look', known: 'fr-waters', remarks: [{ kind: 'replaced' }] });
  expect(ids(gone)).toEqual(['fr-lakes']);
  const same = await against('country,name,office\nFrance,Inès Lefèvre,Minister of Waters\n');
  expect(same.rows[0]).toMatchObject({ verdict: 'good', known: 'fr-waters', changes: [], remarks: [] });
  expect(same.rows[0]?.recipient).toEqual(WATERS);
});

test('what a row changes is told field by field', async () => {
  const text =
    'country,name,office,email,language,office_de\nFR,Inès Lefèvre,Minister of Waters,new@x.test,fr en,Amt\n';
  const { rows } = await against(text, [WATERS], { source: 'Directory', checkedOn: '2026-11-01' });
  expect(rows[0]?.changes).toEqual([
    { field: 'email', before: 'minister@waters-fr.test', after: 'new@x.test' },
    { field: 'language', before: 'fr', after: 'fr en' },
    { field: 'checked_on', before: '', after: '2026-11-01' },
    { field: 'office_de', before: 'Ministerin für Gewässer', after: 'Amt' },
    { field: 'source', before: '', after: 'Directory' },
  ]);
  expect(rows[0]?.verdict).toBe('good');
});

test('somebody else in an office: told, to be looked at, and greeted by their own name', async () => {
  const { rows } = await against(
    'country,name,office\nFR,Cem Can,Minister of Waters\nFR,Dora Dorn,Minister of Lakes\n',
  );
  expect(said(rows[0])).toContain(
    '"Cem Can" takes the place of "Inès Lefèvre". Letters that wait for "Inès Lefèvre" are held until somebody decides.',
  );
  expect(rows[0]).toMatchObject({
    verdict: 'look',
    known: 'fr-waters',
    recipient: { id: 'fr-waters', salutation: 'Dear Cem Can', salutations: {}, email: 'minister@waters-fr.test' },
  });
  expect(rows[1]?.recipient).toMatchObject({ name: 'Dora Dorn', salutation: 'Dear Minister' });
});

test('another salutation holds letters too, and is told', async () => {
  const { rows } = await against('country,name,office,salutation\nFR,Ben Birk,Minister of Lakes,Dear Ben\n');
  expect(said(rows[0])).toEqual([
    'It is named or greeted otherwise than on the present list. Letters that wait are held until somebody decides.',
  ]);
});

test('a short name of the list is the office, whatever else the row says; a new one is another office', async () => {
  const { rows } = await against(
    'id,country,name,office,salutation,email\nfr-waters,FR,Cem Can,Minister of Seas,Dear C,c@x.test\nfr-l2,FR,Dora Dorn,Minister of Lakes,Dear D,d@x.test\n',
  );
  expect(rows.map(({ known }) => known)).toEqual(['fr-waters', null]);
  expect(said(rows[0])?.[0]).toBe(
    'On the present list fr-waters is "Inès Lefèvre", "Minister of Waters". Is it the same office?',
  );
  expect(said(rows[1])).toEqual([
    'On the present list "Ben Birk" is "Minister of Lakes" (fr-lakes). Taken in, both stand there; if one takes the other’s place, give this row the short name fr-lakes.',
  ]);
  expect(rows[1]).toMatchObject({ verdict: 'look', recipient: { id: 'fr-l2' } });
});

test('the same address under another office, and the same person in another, are told', async () => {
  const { rows } = await against(
    'country,name,office,salutation,email\nFR,Cem Can,Minister of Seas,Dear C,lakes@waters-fr.test\nFR,Inès Lefèvre,Minister of Seas and Waters,Dear Ms Lefèvre,minister@waters-fr.test\nFR,Ben Birk,Minister of Ponds,Dear B,b@x.test\n',
  );
  expect(said(rows[0])).toContain(
    'email: "lakes@waters-fr.test" is the address of "Minister of Lakes" (fr-lakes) on the present list. If that office was renamed, give this row the short name fr-lakes.',
  );
  expect(rows[1]).toMatchObject({ known: 'fr-waters', changes: [{ field: 'office' }] });
  expect(said(rows[1])).toContain(
    'On the present list "Inès Lefèvre" is "Minister of Waters" (fr-waters). Taken in, this row renames that office.',
  );
  expect(rows[2]?.known).toBeNull();
  expect(said(rows[2])).toContain(
    'On the present list "Ben Birk" is "Minister of Lakes" (fr-lakes). Taken in, both stand there.',
  );
});

test('no two rows are one office, a new row never gets a known id, and a row that cannot be taken keeps its office', async () => {
  const { rows, gone } = await against(
    'country,name,office,salutation,email\nFR,Cem Can,Minister of Waters,Dear C,c@x.test\nFR,Dora Dorn,Minister of Waters,Dear D,d@x.test\nFR,Ben Birk,Minister of Lakes,Dear Minister,at\n',
  );
  expect(rows.map(({ known }) => known)).toEqual([null, null, 'fr-lakes']);
  expect(rows.map(({ recipient }) => recipient?.id)).toEqual([
    'fr-minister-of-waters',
    'fr-minister-of-waters-2',
    undefined,
  ]);
  expect(ids(gone)).toEqual(['fr-waters']);
  const taken = { ...WATERS, id: 'de-minister', country: 'GB' };
  const { rows: more } = await against('country,name,office,email\nDE,Eva Ek,Minister,e@x.test\n', [taken]);
  expect(more[0]?.recipient?.id).toBe('de-minister-2');
});

test('of two rows with one short name the first that can be taken has it', async () => {
  const row = (email: string) => `fr-waters,FR,Inès Lefèvre,Minister of Waters,Dear Ms Lefèvre,${email}`;
  const { rows } = await against(
    `id,country,name,office,salutation,email\n${row('at')}\n${row('b@x.test')}\n${row('c@x.test')}\n`,
  );
  expect(rows.map(({ known }) => known)).toEqual(['fr-waters', 'fr-waters', null]);
  expect(rows.map(({ recipient }) => recipient?.id)).toEqual([undefined, 'fr-waters', 'fr-waters-2']);
  expect(said(rows[2])).toContain('id: "fr-waters" stands on line 3 already.');
});

test('of an office that many hold, each is known by name', async () => {
  const members = Array.from({ length: 8 }, (_, i) => ({
    ...WATERS,
    id: `m${i}`,
    name: `Member ${i}`,
    office: 'Member',
    salutation: `Dear Member ${i}`,
    email: `m${i}@x.test`,
  }));
  const { rows } = await against(
    'country,name,office,email\nFR,Member 3,Member,m3@x.test\nFR,New One,Member,n@x.test\n',
    members,
  );
  expect(rows.map(({ known }) => known)).toEqual(['m3', null]);
  expect(rows[1]?.remarks.filter(({ kind }) => kind === 'conflict')).toEqual([]);
});

test('verdicts are kept, and read page by page', async () => {
  const lines = ['FR,Ben Birk,Minister of Lakes,Dear Minister,at', 'FR,Cem Can,Minister of Ponds,Dear C,c@x.test'];
  const many = Array.from({ length: 30 }, (_, i) => `DE,Ada ${i},Ämter ${i},Dear A,a${i}@x.test`);
  const { list, rows, gone } = await against(
    ['country,name,office,salutation,email', ...many, ...lines, 'FR,Inès Lefèvre,Minister of Waters,,'].join('\n'),
  );
  const { head, ...opened } = openVerdicts(await keepVerdicts(list, { rows, gone }, 7, told));
  expect(head).toMatchObject({
    revision: 7,
    counts: { all: 33, no: 1, look: 0, good: 32, new: 31, changed: 0, same: 1, gone: 0 },
  });
  expect(head.columns[4]).toEqual({ name: 'email', values: ['a0@x.test', 'a1@x.test', 'a2@x.test'] });
  expect(opened.rows('all', 0, 2).map(({ line }) => line)).toEqual([32, 2]);
  expect(opened.rows('no', 0, 9)).toEqual(rows.filter(({ verdict }) => verdict === 'no'));
  expect(opened.rows('same', 0, 9).map(({ known }) => known)).toEqual(['fr-waters']);
  expect(opened.rows('new', 30, 60).map(({ shown }) => shown.office)).toEqual(['Minister of Ponds']);
  expect(opened.rows('good', 29, 31).map(({ shown }) => shown.office)).toEqual(['Ämter 29', 'Minister of Ponds']);
  expect(opened.gone(0, 9)).toEqual([]);
  const without = await against('country,name,office\nFR,Ada,Minister of Ponds\n');
  const other = openVerdicts(await keepVerdicts(without.list, without, 7, told));
  expect(other.gone(0, 9).map(({ id, email }) => `${id} ${email}`)).toEqual([
    'fr-waters minister@waters-fr.test',
    'fr-lakes lakes@waters-fr.test',
  ]);
  expect(other.head.mark).not.toBe(head.mark);
});
