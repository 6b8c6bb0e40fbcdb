import { afterEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner } from '../support/desk.ts';

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
  return { app, ada: await owner(app) };
}

const GOOD = {
  country: 'SE',
  name: 'Ada Lind',
  office: 'Minister of Bees',
  salutation: 'Dear Minister,',
  language: 'sv, en',
  email: 'ada@bees-se.test',
  source: 'https://bees-se.test/team',
  checked_on: '15.11.2026',
  timezone: 'Europe/Stockholm',
  contact_form: 'www.bees-se.test/write',
  office_de: 'Bienenministerium',
  salutation_de: 'Sehr geehrte Frau Lind',
};
const office = (app: TestApp, id: string) => app.parts.campaigns.find(SLUG)?.recipients.find((each) => each.id === id);
const revision = (app: TestApp) => String(app.parts.campaigns.find(SLUG)?.revision);
/** What stands beside a field. */
const beside = (html: string, column: string, kind: 'fault' | 'doubt' | 'theirs') =>
  new RegExp(`id="${column}-${kind}">(?:<p class="hint">[^<]*</p><p[^>]*>)?([^<]*)`)
    .exec(html)?.[1]
    ?.replaceAll('&quot;', '"');

describe('one office by hand', () => {
  test('is added with every field, as people write them, and changed in its place', async () => {
    const { app, ada } = await start();
    await ada.get(`${BASE}/new`);
    const { location } = await ada.post(`${BASE}/new`, { revision: '1', ...GOOD });
    expect(location).toBe(`${BASE}/se-minister-of-bees?done=saved`);
    expect(office(app, 'se-minister-of-bees')).toEqual({
      id: 'se-minister-of-bees',
      country: 'SE',
      name: 'Ada Lind',
      office: 'Minister of Bees',
      salutation: 'Dear Minister',
      languages: ['sv', 'en'],
      email: 'ada@bees-se.test',
      contactForm: 'https://www.bees-se.test/write',
      source: 'https://bees-se.test/team',
      checkedOn: '2026-11-15',
      timezone: 'Europe/Stockholm',
      offices: { de: 'Bienenministerium' },
      salutations: { de: 'Sehr geehrte Frau Lind' },
    });
    await ada.post(`${BASE}/se-minister-of-bees`, {
      revision: '2',
      ...GOOD,
      name: 'Eva Ek',
      salutation_de: '',
      id: 'x',
    });
    expect(office(app, 'se-minister-of-bees')).toMatchObject({ name: 'Eva Ek', salutations: {} });
    const { html } = await ada.get(BASE);
    expect(html).toContain(`href="${BASE}/se-minister-of-bees"`);
    await ada.post(`${BASE}/se-minister-of-bees`, { revision: '3', ...GOOD, id: 'y' });
    expect(app.parts.campaigns.find(SLUG)?.recipients.at(-1)?.id).toBe('se-minister-of-bees');
  });

  test.each([
    ['email', 'ada at bees', '"ada at bees" is not one plain email address. Write it as name@example.org.'],
    [
      'email',
      'a@x.test; b@x.test',
      '"a@x.test; b@x.test" holds more than one address. Keep one, and give another a row of its own.',
    ],
    ['country', '', 'This is missing. Write it as DE, or EU for the European Union.'],
    ['country', 'Sweden', '"Sweden" is not a two-letter country code. Write it as DE, or EU for the European Union.'],
    ['name', ' ', 'This is missing.'],
    ['office', '', 'This is missing.'],
    ['salutation', '', 'This is missing.'],
    [
      'language',
      'klingonish',
      '"klingonish" is not a language tag such as "en". Write "de", or "nl fr de" for several.',
    ],
    [
      'contact_form',
      'by the river',
      '"by the river" is not a web address such as https://example.org/contact. Write it as https://example.org/contact.',
    ],
    ['checked_on', 'soon', '"soon" is not a day such as 2026-11-15. Write it as 2026-11-15.'],
    ['timezone', 'Mars', '"Mars" is not a time zone such as "Europe/Berlin". Write it as Europe/Berlin.'],
    ['id', 'Ministry!', '"Ministry!" is not a short name of a-z, 0-9 and hyphens. Write it as de-interior.'],
    ['id', 'ie-interior', '"ie-interior" is the short name of another office. Choose another, or leave it empty.'],
  ])('%s of %j: a sentence at its field, and what was typed stays', async (column, typed, says) => {
    const { app, ada } = await start();
    await ada.get(`${BASE}/new`);
    const answer = await ada.post(`${BASE}/new`, { revision: '1', ...GOOD, [column]: typed });
    expect(answer.status).toBe(422);
    expect(beside(answer.html, column, 'fault')).toBe(says);
    expect(answer.html).toContain('value="Bienenministerium"');
    if (column !== 'country') expect(answer.html).toContain(`value="${typed}"`);
    expect(revision(app)).toBe('1');
  });

  test.each([
    ['email', 'ada@воды.test', 'mixes alphabets'],
    ['email', 'ada@bееs.test', 'mixes alphabets'],
    ['email', 'ada@bees.se', 'bees.se could be real. Take one under .example or .test here.'],
    ['email', 'minister@interior-ie.test', 'This is the address of "Minister of the Interior" (ie-interior) too.'],
    ['name', '[YOUR NAME]', '"[YOUR NAME]" was never filled in.'],
    ['name', 'vacant', '"vacant" says that there is nobody. Write who it is, or leave the cell empty.'],
    ['salutation_de', 'Liebe [NAME DER MINISTERIN]', '"[NAME DER MINISTERIN]" was never filled in.'],
    ['checked_on', '2027-01-01', '"2027-01-01" is still to come.'],
    ['checked_on', '', 'This is empty. When did somebody last look whether it holds?'],
    ['source', '', 'This is empty. Where was the address found?'],
  ])('%s of %j is doubted beside its field, and saved', async (column, typed, says) => {
    const { ada } = await start();
    await ada.get(`${BASE}/new`);
    const answer = await ada.post(`${BASE}/new`, { revision: '1', ...GOOD, id: 'se', [column]: typed });
    expect(answer.location).toBe(`${BASE}/se?done=saved`);
    const { html } = await ada.get(`${BASE}/se`);
    expect(beside(html, column, 'doubt')).toContain(says);
  });

  test('a day long ago is doubted in a campaign that is no demonstration, and one without any way as well', async () => {
    const app = await startApp([bees()]);
    closers.push(app.stop);
    const ada = await owner(app);
    const [ie] = app.parts.campaigns.find(SLUG)?.recipients ?? [];
    const recipients = [
      { ...ie, checkedOn: '2026-01-02', email: 'minister@bees.gov.ie' },
      { ...ie, id: 'none' },
    ];
    const { email: _, ...none } = recipients[1] as never as Record<string, string>;
    const content = { ...bees(), recipients: [recipients[0], none] as never };
    await app.parts.store.campaigns.save(content, 1, app.clock.now);
    await app.parts.campaigns.refresh();
    expect(beside((await ada.get(`${BASE}/ie-interior`)).html, 'checked_on', 'doubt')).toBe(
      '"2026-01-02" is more than 180 days ago. Look again whether it still holds.',
    );
    const { html } = await ada.get(`${BASE}/none`);
    expect(beside(html, 'email', 'doubt')).toBe(
      'Neither an address nor a web form: nobody can write to this office yet.',
    );
    expect(beside(html, 'office', 'doubt')).toBe(
      '"Minister of IE" (ie-interior) holds an office of this name there already.',
    );
  });

  test('the second of two editors sees both, also where the first took the office off', async () => {
    const { app, ada } = await start();
    const bela = await colleague(app, SLUG, 'editor', 'Bela');
    await Promise.all([ada.get(`${BASE}/ie-interior`), bela.get(`${BASE}/ie-interior`)]);
    await ada.post(`${BASE}/ie-interior`, { revision: '1', ...GOOD, name: 'Ada’s' });
    const second = await bela.post(`${BASE}/ie-interior`, { revision: '1', ...GOOD, name: 'Bela’s' });
    expect(second.status).toBe(409);
    expect(second.html).toContain('value="Bela’s"');
    expect(beside(second.html, 'name', 'theirs')).toBe('Ada’s');
    expect(beside(second.html, 'email', 'theirs')).toBeUndefined();
    await ada.get(BASE);
    await ada.post(BASE, { revision: '2', remove: 'ie-interior' });
    const late = await bela.post(`${BASE}/ie-interior`, { revision: '2', ...GOOD, name: 'Bela’s' });
    expect([late.status, late.html.includes('They took this office off the list')]).toEqual([409, true]);
    const back = await bela.post(`${BASE}/ie-interior`, { revision: '3', ...GOOD, name: 'Bela’s' });
    expect(back.location).toBe(`${BASE}/ie-interior?done=saved`);
    expect(office(app, 'ie-interior')?.name).toBe('Bela’s');
  });

  test('an open campaign is not given what would have kept it from opening', async () => {
    const { app, ada } = await start();
    await app.parts.store.campaigns.setState(SLUG, ['draft'], 'open', app.clock.now);
    await app.parts.campaigns.refresh();
    await ada.get(`${BASE}/new`);
    const answer = await ada.post(`${BASE}/new`, { revision: '1', ...GOOD, name: '[YOUR NAME]' });
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('was never filled in.');
    expect(office(app, 'se-minister-of-bees')).toBeUndefined();
  });

  test('a viewer sees it and changes nothing; who is not there is not found', async () => {
    const { app, ada } = await start();
    const bela = await colleague(app, SLUG, 'viewer', 'Bela');
    const { status, html } = await bela.get(`${BASE}/de-interior`);
    expect([status, html.includes('minister@interior-de.test'), html.includes('>Save<')]).toEqual([200, true, false]);
    expect((await bela.post(`${BASE}/de-interior`, { revision: '1', ...GOOD })).status).toBe(403);
    expect((await bela.get(`${BASE}/new`)).status).toBe(403);
    expect((await ada.get(`${BASE}/nobody`)).status).toBe(404);
    expect((await ada.post(`${BASE}/No%20body`, { revision: '1', ...GOOD })).status).toBe(404);
  });
});

test('a long list is searched by any word, whatever its accents', async () => {
  const { app, ada } = await start();
  const [first] = app.parts.campaigns.find(SLUG)?.recipients ?? [];
  const many = Array.from({ length: 450 }, (_, i) => ({ ...first, id: `x${i}`, name: `Büro ${i}`, country: 'SE' }));
  await app.parts.store.campaigns.save({ ...bees(), recipients: many as never }, 1, app.clock.now);
  await app.parts.campaigns.refresh();
  const search = async (q: string) => (await ada.get(`${BASE}?${q}`)).html;
  const names = (html: string) => html.match(/data-label="Name">[^<]*/g)?.length ?? 0;
  expect(names(await search('q=buro+449'))).toBe(1);
  expect(names(await search('q=Sweden+x44'))).toBe(11);
  expect(await search('q=nowhere')).toContain('0 hold “nowhere”');
  const html = await search('q=buro&page=2');
  expect(html).toContain('href="?q&#x3D;buro&amp;page=3"');
  expect(await search('q=%3Cscript%3E')).not.toContain('<script>');
});
