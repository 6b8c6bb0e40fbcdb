import { afterEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner } from '../support/desk.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(facts: Parameters<typeof bees>[0] = {}, env: Record<string, string> = {}) {
  const app = await startApp([bees(facts)], env);
  closers.push(app.stop);
  return { app, ada: await owner(app) };
}

const recipients = (app: TestApp) => app.parts.campaigns.find(SLUG)?.recipients ?? [];
const HEADER = 'country,name,office,salutation,language,email';
const row = (country: string, name: string, email: string) =>
  `${country},${name},Office of ${country},Dear ${name},en,${email}`;

/** What the form on a page says of what it shows. */
function shown(html: string): { revision: string; mark: string } {
  const value = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? '';
  return { revision: value('revision'), mark: value('mark') };
}

describe('a list', () => {
  test.each([
    ['a Markdown file', '# Ministers\n\n- Ada, ada@office.test\n', /Markdown|table/i],
    ['JSON', '[{"country": "IE"}]', /JSON/],
    ['a header without rows', `${HEADER}\n`, /row/],
    ['nothing', '', /empty|nothing/i],
    ['five megabytes in one cell', `${HEADER}\n${'x'.repeat(5_000_000)},a,b,c,d,e\n`, /5000/],
  ])('%s: a sentence, and no list', async (_, list, says) => {
    const { app, ada } = await start();
    await ada.get(`${BASE}/recipients`);
    const answer = await ada.post(`${BASE}/recipients/bring`, { list });
    expect([answer.status, answer.html.match(/id="list-fault">([^<]*)/)?.[1]]).toEqual([
      422,
      expect.stringMatching(says),
    ]);
    expect(recipients(app)).toHaveLength(6);
  });

  test('formulas and two rows that disagree about one address are told, and not taken in unseen', async () => {
    const { app, ada } = await start({ demonstration: true });
    await ada.get(`${BASE}/recipients`);
    const rows = [
      row('SE', 'Ada Lind', 'lind@office.test'),
      row('NO', 'Bo Berg', 'lind@office.test'),
      '=SUM(A1:A2),b,c,d,en,c@office.test',
    ];
    const list = [HEADER, ...rows, row('DK', 'Eva Dam', 'dam@office.test')].join('\n');
    await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
    await app.parts.campaigns.refresh();
    const { location } = await ada.post(`${BASE}/recipients/bring`, { list });
    const { html } = await ada.get(location as string);
    expect(html).toMatch(/formula/i);
    expect(recipients(app)).toHaveLength(6);
    await ada.post(location as string, { act: 'take', ...shown(html) });
    const names = recipients(app).map(({ name }) => name);
    expect(names).not.toContain('Ada Lind');
    expect((await ada.get(location as string)).status).toBe(404);
  });

  test('the same office is renewed, others stay; or the list takes the place of all', async () => {
    const { app, ada } = await start({ demonstration: true });
    await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
    await app.parts.campaigns.refresh();
    await ada.get(`${BASE}/recipients`);
    const list = `id,${HEADER}\nie-interior,${row('IE', 'Nora Kelly', 'kelly@office.test')}\nse,${row('SE', 'Ada Lind', 'lind@office.test')}`;
    const take = async (more: Record<string, string>) => {
      const { location } = await ada.post(`${BASE}/recipients/bring`, { list });
      const { html } = await ada.get(location as string);
      return ada.post(location as string, { act: 'take', doubtful: 'yes', ...shown(html), ...more });
    };
    expect((await take({})).location).toBe(`${BASE}/recipients?done=imported`);
    expect(recipients(app)).toHaveLength(7);
    expect(recipients(app)[0]).toMatchObject({ id: 'ie-interior', name: 'Nora Kelly' });
    await take({ how: 'instead' });
    expect(recipients(app).map(({ id }) => id)).toEqual(['ie-interior', 'se']);
  });

  test('a body in pieces, and a viewer’s, are refused', async () => {
    const { app, ada } = await start();
    const bela = await colleague(app, SLUG, 'viewer', 'Bela');
    await bela.get(`${BASE}/recipients`);
    expect((await bela.post(`${BASE}/recipients/bring`, { list: HEADER })).status).toBe(403);
    await ada.get(`${BASE}/recipients`);
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const broken = await fetch(`${app.url}${BASE}/recipients/bring`, {
      method: 'POST',
      headers,
      body: '--x\r\nbroken',
    });
    expect(broken.status).toBe(400);
  });
});

describe('a launch', () => {
  test('cannot be talked over, is an owner’s, and is of what was checked', async () => {
    const { app, ada } = await start();
    await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
    await app.parts.campaigns.refresh();
    await ada.get(`${BASE}/launch`);
    const state = () => app.parts.campaigns.find(SLUG)?.state;
    expect((await ada.post(`${BASE}/launch`, { move: 'launch', revision: '1' })).status).toBe(409);
    expect((await ada.post(`${BASE}/launch`, { move: '__proto__', revision: '1' })).status).toBe(422);
    expect(state()).toBe('draft');
    const { app: good, ada: eva } = await start({ demonstration: true });
    const bela = await colleague(good, SLUG, 'editor', 'Bela');
    await bela.get(`${BASE}/launch`);
    expect((await bela.post(`${BASE}/launch`, { move: 'pause', revision: '1' })).status).toBe(403);
    await eva.get(`${BASE}/launch`);
    expect((await eva.post(`${BASE}/launch`, { move: 'pause', revision: '7' })).status).toBe(409);
    expect((await eva.post(`${BASE}/launch`, { move: 'pause', revision: '1' })).location).toBe(
      `${BASE}/launch?done=paused`,
    );
    expect(good.parts.campaigns.find(SLUG)?.state).toBe('paused');
    await eva.post(`${BASE}/launch`, { move: 'resume', revision: '1' });
    await eva.post(`${BASE}/launch`, { move: 'close', revision: '1' });
    expect(good.parts.campaigns.find(SLUG)?.state).toBe('closed');
    const deeds = await good.parts.store.deeds.list(SLUG, 9);
    expect(deeds.map(({ deed }) => deed)).toEqual(['closed', 'resumed', 'paused']);
  });
});
