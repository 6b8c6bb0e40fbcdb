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
/** Every page about a campaign that an owner can open, and the list of campaigns. */
const PAGES = [
  '/desk',
  ...['', '?all=1', '/texts', '/facts', '/recipients', '/letters', '/letters/en', '/launch', '/held', '/jobs'].map(
    (path) => `/desk/c/${SLUG}${path}`,
  ),
  ...['/data', '/data/tokens', '/data/report', '/history', '/history/1', '/people'].map(
    (path) => `/desk/c/${SLUG}${path}`,
  ),
];

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
  app = await startApp([bees()], { DATABASE_URL: fresh.url });
  ada = await owner(app);
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

async function rowsOfPages(): Promise<number[]> {
  await app.parts.campaigns.refresh();
  const counts: number[] = [];
  for (const path of PAGES) {
    const read = await rowsOf(async () => {
      expect([path, (await ada.get(path)).status]).toEqual([path, 200]);
    });
    counts.push(read);
  }
  return counts;
}

test('no page of the desk reads more rows when there are many times as many letters', async () => {
  const [few, many] = SIZES;
  await fill(client, SLUG, few);
  const before = await rowsOfPages();
  const control = () => app.parts.store.living.letters(SLUG, 'ie-interior');
  const controlBefore = await rowsOf(control);
  await fill(client, SLUG, many);
  const after = await rowsOfPages();
  const controlAfter = await rowsOf(control);
  const table = PAGES.map((path, i) => `${path.padEnd(40)} ${before[i]} ${after[i]}`);
  console.log(
    `rows read at ${few} and at ${many} letters:\n${table.join('\n')}\ncontrol: ${controlBefore} ${controlAfter}`,
  );
  for (const [i, path] of PAGES.entries()) {
    expect(before[i], path).toBeGreaterThan(0);
    // A page may read the same rows in another order; not more.
    expect(after[i], path).toBeLessThanOrEqual((before[i] ?? 0) + 20);
  }
  // Who counts letters is found out.
  expect(controlAfter).toBeGreaterThan(5 * controlBefore);
}, 400_000);
