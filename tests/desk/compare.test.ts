import { afterEach, expect, test, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner, type Visitor } from '../support/desk.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}/recipients`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const app = await startApp([bees({ demonstration: true })]);
  closers.push(app.stop);
  await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
  await app.parts.campaigns.refresh();
  const ada = await owner(app);
  await ada.get(BASE);
  return { app, ada };
}

const recipients = (app: TestApp) => app.parts.campaigns.find(SLUG)?.recipients ?? [];
const HEADER = 'country,name,office,salutation,email';
const SAME = 'IE,Minister of IE,Minister of the Interior,Dear Minister,minister@interior-ie.test';
const CHANGED = 'DE,Minister of DE,Minister of the Interior,Dear Minister,new@interior-de.test';
const REPLACED = 'FR,Inès Lefèvre,Minister of the Interior,Dear Minister,minister@interior-fr.test';
const NEW = 'SE,Ada Lind,Minister of Bees,Dear Ms Lind,ada@bees-se.test';
const WRONG = 'NZ,Minister of NZ,Minister of the Interior,Dear Minister,at';
const LIST = [HEADER, SAME, CHANGED, REPLACED, NEW, WRONG].join('\n');

async function bring(ada: Visitor, list = LIST): Promise<{ at: string; html: string; shown: Record<string, string> }> {
  const at = (await ada.post(`${BASE}/bring`, { list })).location as string;
  const { html } = await ada.get(at);
  return { at, html, shown: hidden(html) };
}
function hidden(html: string): Record<string, string> {
  const value = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? '';
  return { revision: value('revision'), mark: value('mark') };
}
/** How many rows there are of each kind, as the page says. */
const counts = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/href="\?show=(\w+)"[^>]*>[^<]*<span class="n">([^<]*)/g)].map(([, a, b]) => [a, b]),
  );

test('each row says what it is to the present list, and the rows can be shown by it', async () => {
  const { ada } = await start();
  const { at, html } = await bring(ada);
  expect(counts(html)).toEqual({
    all: '5',
    no: '1',
    look: '1',
    good: '3',
    new: '1',
    changed: '2',
    same: '1',
    gone: '2',
  });
  const changed = (await ada.get(`${at}?show=changed`)).html;
  expect(changed).toContain(
    '<strong>Email address</strong>: <del>minister@interior-de.test</del> → <ins>new@interior-de.test</ins>',
  );
  expect(changed).toContain('changes de-interior');
  expect(changed).toContain('Letters that wait for &quot;Minister of FR&quot; are held until somebody decides.');
  expect(changed).not.toContain('Ada Lind');
  const gone = (await ada.get(`${at}?show=gone`)).html;
  expect(gone).toContain(`href="${BASE}/eu-bees"`);
  expect(gone).not.toContain(`href="${BASE}/nz-interior"`);
  expect((await ada.get(`${at}?show=__proto__&page=-3`)).status).toBe(200);
  expect((await ada.get(`${at}?show=gone&page=999999`)).status).toBe(200);
});

test('what is taken in is what was shown: good rows, doubtful ones if they were looked at, and what goes if that was said', async () => {
  const { app, ada } = await start();
  const first = await bring(ada);
  expect((await ada.post(first.at, { act: 'take', ...first.shown })).location).toBe(`${BASE}?done=imported`);
  expect(recipients(app).map(({ id, email, name }) => [id, id === 'fr-interior' ? name : email])).toEqual([
    ['ie-interior', 'minister@interior-ie.test'],
    ['de-interior', 'new@interior-de.test'],
    ['fr-interior', 'Minister of FR'],
    ['cn-interior', 'minister@interior-cn.test'],
    ['nz-interior', undefined],
    ['eu-bees', 'minister@interior-eu.test'],
    ['se-minister-of-bees', 'ada@bees-se.test'],
  ]);
  expect(recipients(app)[1]).toMatchObject({ offices: { de: 'Innenministerium' }, languages: ['de'] });
  const second = await bring(ada);
  await ada.post(second.at, { act: 'take', ...second.shown, doubtful: 'yes', how: 'instead' });
  // The row about New Zealand could not be taken, but it names the office: it stays as it was.
  expect(recipients(app).map(({ id }) => id)).toEqual([
    ...['ie-interior', 'de-interior', 'fr-interior', 'nz-interior', 'se-minister-of-bees'],
  ]);
  expect(recipients(app)[2]).toMatchObject({ name: 'Inès Lefèvre' });
});

test('where the present list or the columns changed meanwhile, nothing is taken in, and it is shown anew', async () => {
  const { app, ada } = await start();
  const { at, shown } = await bring(ada);
  await ada.post(BASE, { revision: '1', remove: 'de-interior' });
  expect((await ada.post(at, { act: 'take', ...shown })).location).toBe(`${at}?done=anew`);
  const { html } = await ada.get(`${at}?done=anew`);
  expect(html).toContain('Nothing was taken in: look once more.');
  expect(counts(html)).toMatchObject({ new: '2', changed: '1' });
  const now = hidden(html);
  await ada.post(at, { act: 'columns', 'column.name': '2', 'column.office': '2', 'default.country': 'SE' });
  expect((await ada.post(at, { act: 'take', ...now })).location).toBe(`${at}?done=anew`);
  await ada.get(at);
  // The same revision, other columns.
  expect((await ada.post(at, { act: 'take', ...now })).location).toBe(`${at}?done=anew`);
  expect(recipients(app)).toHaveLength(5);
});

test('columns are chosen by their first values, joined, and given for the whole list; what is wrong is said at its field', async () => {
  const { app, ada } = await start();
  const { at, html } = await bring(ada, 'Anrede,Vorname,Nachname,x\nHerr,Bo,Berg,bo@x.test\nFrau,Eva,Dam,eva@x.test\n');
  expect(html).toContain('Which country?');
  expect(html).toMatch(/<option value="1" selected>Vorname \(Bo…\)/);
  expect(html).toContain('First: Berg · Dam');
  const choice = {
    ...{ 'column.name': '1', 'column.and.name': '2', 'column.email': '3' },
    ...{
      'default.country': 'SE',
      'default.language': 'en',
      'default.office': 'Member',
      'default.salutation': 'Dear Member',
    },
  };
  const wrong = await ada.post(at, {
    ...{ act: 'columns', ...choice, 'column.and.name': '1', 'default.checkedOn': 'soon', 'default.source': 'Register' },
  });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toContain(
    'id="column.and.name-fault">This is the same column once more. Choose another, or none.',
  );
  expect(wrong.html).toContain('id="default.checkedOn-fault">This is not a day. Write it as 2026-11-15.');
  expect(wrong.html).toContain('value="Register"');
  await ada.post(at, { act: 'columns', ...choice, 'default.checkedOn': '15.11.2026' });
  const page = (await ada.get(at)).html;
  expect(counts(page)).toMatchObject({ good: '2', new: '2' });
  await ada.post(at, { act: 'take', ...hidden(page) });
  expect(recipients(app).at(-1)).toMatchObject({ name: 'Eva Dam', office: 'Member', checkedOn: '2026-11-15' });
});

test('without a good row nothing is taken in, and a list can be thrown away', async () => {
  const { app, ada } = await start();
  const { at, shown } = await bring(ada, [HEADER, REPLACED].join('\n'));
  const none = await ada.post(at, { act: 'take', ...shown });
  expect([none.status, none.html.includes('There is no good row to take in.')]).toEqual([409, true]);
  expect((await ada.post(at, { act: 'leave' })).location).toBe(`${BASE}?done=left`);
  expect((await ada.get(at)).status).toBe(404);
  expect(recipients(app)).toHaveLength(6);
  expect((await ada.get(`${BASE}/lists/nothing`)).status).toBe(404);
});

test('verdicts are worked out once: later pages read what is kept, and a viewer sees none of it', async () => {
  const { app, ada } = await start();
  const many = Array.from({ length: 450 }, (_, i) => `SE,Ada ${i},Office ${i},Dear Ada,ada${i}@x.test`);
  const { at } = await bring(ada, [HEADER, ...many].join('\n'));
  const jobs = async () => (await app.parts.store.jobs.latest(SLUG, 9)).map(({ kind }) => kind);
  expect(await jobs()).toEqual(['look']);
  expect((await ada.get(`${at}?page=3`)).html).toContain('Office 449');
  expect((await ada.get(`${at}?page=3`)).html).not.toContain('Office 399<');
  expect(await jobs()).toEqual(['look']);
  const bela = await colleague(app, SLUG, 'viewer', 'Bela');
  expect((await bela.get(at)).status).toBe(403);
});

test('a list that takes longer shows how far it is, and nobody looks at it twice', async () => {
  const { app, ada } = await start();
  const many = Array.from({ length: 12_000 }, (_, i) => `SE,Ada ${i},Office ${i},Dear Ada,ada${i}@x.test`);
  const at = (await ada.post(`${BASE}/bring`, { list: [HEADER, ...many].join('\n') })).location as string;
  const [first, second] = await Promise.all([ada.get(at), ada.get(at)]);
  expect(first.location).toMatch(new RegExp(`^/desk/c/${SLUG}/jobs/`));
  expect(second.location).toBe(first.location);
  expect((await ada.get(first.location as string)).html).toContain('<progress');
  const done = async () => expect((await app.parts.store.jobs.latest(SLUG, 9))[0]?.state).toBe('done');
  await vi.waitFor(done, { timeout: 60_000, interval: 50 });
  expect(counts((await ada.get(at)).html)).toMatchObject({ all: '12,000', new: '12,000' });
  expect(await app.parts.store.jobs.latest(SLUG, 9)).toHaveLength(1);
}, 90_000);
