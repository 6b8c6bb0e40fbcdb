import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { recount } from '../../server/acts/recount.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, person } from '../support/letters.ts';
import { freshPostgres } from '../support/postgres.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Two letters that were sent, one that is held, and one that waits for its sender. */
async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const refusal = Object.assign(new Error('5.7.1 not from you'), { responseCode: 550 });
  const sink = await startSink((to) => (to.endsWith('interior-de.test') ? refusal : null));
  closers.push(sink.stop);
  const app = await startApp([bees()], { SMTP_URL: sink.url, ...env });
  closers.push(app.stop);
  for (const n of [1, 2]) await confirmLetter(app, sink, person(n));
  await confirmLetter(app, sink, person(3), 'DE');
  await fetch(`${app.url}/api/campaigns/${SLUG}/letters`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ country: 'IE', ...person(4) }),
  });
  await until(async () => (await app.parts.store.tally.sums(SLUG)).sent === 2, 'the letters');
  await until(async () => (await app.parts.store.holds.ofCampaign(SLUG)).length === 1, 'a held letter');
  return app;
}

async function run(app: TestApp, ...statements: string[]): Promise<void> {
  const url = app.parts.config.databaseUrl;
  if (url.startsWith('file:')) {
    const db = new Sqlite(url.slice('file:'.length));
    for (const each of statements) db.exec(each);
    db.close();
    return;
  }
  const client = new pg.Client(url);
  await client.connect();
  for (const each of statements) await client.query(each);
  await client.end();
}

/** What is broken on purpose, and the line that tells of it. */
const BREAKS = {
  "update tally set n = n + 1 where counter = 'pending' and recipient = 'ie-interior'":
    'pending (2026-11-24, IE, ie-interior): the tally says 2, the rows 1',
  "update letters set country = 'FR' where recipient = 'ie-interior'":
    'sent (2026-11-24, FR, ie-interior): the tally says 0, the rows at least 2',
  "update tally_sums set n = n + 1 where side = 'country' and name = 'DE' and counter = 'confirmed'":
    'confirmed by country DE: the sums say 2, the tally 1',
  "update queues set gone = gone - 1 where recipient = 'ie-interior'":
    'waiting (ie-interior): the queue says 1, the rows 0',
  'delete from holds': 'held (de-interior, policy): the count says 0, the rows 1',
};

describe.each([
  ['SQLite', async () => ({})],
  [
    'PostgreSQL',
    async () => {
      const { url, drop } = await freshPostgres();
      closers.push(drop);
      return { DATABASE_URL: url };
    },
  ],
])('counting again on %s', (_, env) => {
  test('finds nothing where all agree, and else each difference, and mends none', async () => {
    const app = await start(await env());
    const steps: number[][] = [];
    const counted = () => recount(app.parts.store, SLUG, async (...step) => void steps.push(step));
    expect(await counted()).toEqual([]);
    expect(steps).toEqual([
      [1, 2],
      [2, 2],
    ]);
    await run(app, ...Object.keys(BREAKS));
    const found = await counted();
    expect(found).toEqual(expect.arrayContaining(Object.values(BREAKS)));
    expect(await counted()).toEqual(found);
  });
});
