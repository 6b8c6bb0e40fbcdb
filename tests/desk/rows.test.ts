import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { owner, type Visitor } from '../support/desk.ts';
import { fill } from '../support/history.ts';
import { freshPostgres } from '../support/postgres.ts';

const SLUG = 'save-the-bees';
/** Ten times as many letters show what grows; HISTORY=1000000 tries a hundred times, for two minutes. */
const SIZES = [10_000, Number(process.env.HISTORY ?? 100_000)] as const;
/** The address of one page of each kind that can be opened at the desk; those about one thing get it before they are read. */
const PAGES: Record<string, string> = {
  ...Object.fromEntries(['', '/new', '/people', '/tokens', '/me'].map((path) => [`/desk${path}`, `/desk${path}`])),
  ...Object.fromEntries(
    [
      ...['', '/live', '/texts', '/facts', '/recipients', '/recipients/new', '/letters', '/launch', '/held', '/jobs'],
      ...['/data', '/data/tokens', '/data/hooks', '/data/report', '/history', '/people'],
    ].map((path) => [`/desk/c/:slug${path}`, `/desk/c/${SLUG}${path}`]),
  ),
  '/desk/c/:slug?all=1': `/desk/c/${SLUG}?all=1`,
  '/desk/c/:slug/letters/:name': `/desk/c/${SLUG}/letters/en`,
  '/desk/c/:slug/history/:revision': `/desk/c/${SLUG}/history/1`,
  '/desk/c/:slug/recipients/:id': `/desk/c/${SLUG}/recipients/ie-interior`,
  '/desk/c/:slug/data/files/:name': `/desk/c/${SLUG}/data/files/campaign.json`,
};
/** Whoever opens them is nobody yet. */
const BEFORE_SIGNING_IN = ['/desk/sign-in', '/desk/sign-in/:token'];

/** Every address below the desk that can be opened, as the program registers them. */
const routes: string[] = [];
const listen = (message: unknown) =>
  (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
    if (method === 'GET' && url.startsWith('/desk')) routes.push(url);
  });

type Asked = { text: string; values: unknown[] };
/** What this process asked PostgreSQL while somebody listens. */
let asked: Asked[] | null = null;
const ask = pg.Client.prototype.query;
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const [config, values] = given as [string | { text: string; values?: unknown[] }, unknown[] | undefined];
  const query = typeof config === 'string' ? { text: config } : config;
  asked?.push({ text: query.text, values: values ?? ('values' in query ? query.values : null) ?? [] });
  return (ask as (...all: unknown[]) => unknown).apply(this, given);
} as typeof ask;

let app: TestApp;
let ada: Visitor;
let client: pg.Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshPostgres();
  drop = fresh.drop;
  subscribe('fastify.initialization', listen);
  app = await startApp([bees()], { DATABASE_URL: fresh.url });
  unsubscribe('fastify.initialization', listen);
  ada = await owner(app);
  await ada.get(`/desk/c/${SLUG}/data`);
  const file = (await ada.post(`/desk/c/${SLUG}/data/export`, { table: 'tally', format: 'csv' })).location as string;
  PAGES['/desk/c/:slug/jobs/:id/:file'] = file;
  PAGES['/desk/c/:slug/jobs/:id'] = file.slice(0, file.lastIndexOf('/'));
  const list = 'country,name,office,salutation,language,email\nSE,Ada Lind,Office of SE,Dear Ada,en,lind@office.test\n';
  const brought = await ada.post(`/desk/c/${SLUG}/recipients/bring`, { list });
  PAGES['/desk/c/:slug/recipients/lists/:id'] = brought.location as string;
  client = new pg.Client(fresh.url);
  await client.connect();
}, 60_000);
afterAll(async () => {
  pg.Client.prototype.query = ask;
  await client?.end();
  await app?.stop();
  await drop?.();
});

/** What is asked while `act` goes on, but for what the outbox asks at all times. */
async function queriesOf(act: () => Promise<unknown>): Promise<Asked[]> {
  const heard: Asked[] = [];
  asked = heard;
  await new Promise((done) => setTimeout(done, 700));
  const always = new Set(heard.splice(0).map(({ text }) => text));
  await act();
  asked = null;
  return heard.filter(({ text }) => /^\s*(?:select|with)/i.test(text) && !always.has(text));
}

type Plan = {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
};

/** How many rows PostgreSQL itself says that it read for a query: what its scans gave, and what they threw away. */
async function rowsRead({ text, values }: Asked): Promise<number> {
  const { rows } = await client.query({ text: `explain (analyze, format json) ${text}`, values });
  const count = (plan: Plan): number => {
    const below = (plan.Plans ?? []).reduce((sum, each) => sum + count(each), 0);
    if (!plan['Node Type'].includes('Scan') || plan['Node Type'] === 'Bitmap Index Scan') return below;
    const each =
      plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
    return below + each * plan['Actual Loops'];
  };
  return count(rows[0]['QUERY PLAN'][0].Plan as Plan);
}

async function rowsOf(act: () => Promise<unknown>): Promise<number> {
  let sum = 0;
  for (const query of await queriesOf(act)) sum += await rowsRead(query);
  return sum;
}

/** Opens a page and reads it; of one that has no end only the beginning. */
async function open(path: string): Promise<void> {
  const ending = new AbortController();
  const answer = await fetch(`${app.url}${path}`, { headers: { cookie: ada.cookie() }, signal: ending.signal });
  expect([path, answer.status, answer.redirected]).toEqual([path, 200, false]);
  if (answer.headers.get('content-type') !== 'text/event-stream') return void (await answer.text());
  await answer.body?.getReader().read();
  ending.abort();
}

async function rowsOfPages(): Promise<Map<string, number>> {
  await app.parts.campaigns.refresh();
  const counts = new Map<string, number>();
  for (const path of Object.values(PAGES)) counts.set(path, await rowsOf(() => open(path)));
  return counts;
}

test('no page of the desk is left out of what is counted', () => {
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter((each) => !(each in PAGES) && !BEFORE_SIGNING_IN.includes(each))).toEqual([]);
});

test('no page of the desk reads more rows when there are many times as many letters', async () => {
  const [few, many] = SIZES;
  await fill(client, SLUG, few);
  const before = await rowsOfPages();
  const control = () => app.parts.store.living.letters(SLUG, 'ie-interior');
  const controlBefore = await rowsOf(control);
  await fill(client, SLUG, many);
  const after = await rowsOfPages();
  const controlAfter = await rowsOf(control);
  const table = [...before].map(([path, n]) => `${path.padEnd(70)} ${n} ${after.get(path)}`);
  console.log(
    `rows read at ${few} and at ${many} letters:\n${table.join('\n')}\ncontrol: ${controlBefore} ${controlAfter}`,
  );
  for (const [path, n] of before) {
    expect(n, path).toBeGreaterThan(0);
    // A page may read the same rows in another order; not more.
    expect(after.get(path), path).toBeLessThanOrEqual(n + 20);
  }
  // Who counts letters is found out.
  expect(controlAfter).toBeGreaterThan(5 * controlBefore);
}, 400_000);
