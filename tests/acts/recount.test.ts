import Sqlite from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { recount } from '../../server/acts/recount.ts';
import { startApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const app = await startApp([bees()]);
  closers.push(app.stop);
  const { store, config } = app.parts;
  const cell = { day: '2026-11-24', country: 'IE', recipient: 'ie-interior', source: 'poster' };
  await store.tally.move(SLUG, [{ ...cell, counter: 'sent', n: 3 }]);
  const db = new Sqlite(config.databaseUrl.replace('file:', ''));
  closers.push(() => db.close());
  return { store, db };
}

test('where all agrees nothing is said', async () => {
  const { store } = await start();
  expect(await recount(store, SLUG)).toEqual([]);
});

test.each([
  [
    'a sum that is off',
    "update tally_sums set n = 2 where side = 'country' and counter = 'sent'",
    'sent by country IE: the sums say 2, the tally 3',
  ],
  ['a sum that is gone', "delete from tally_sums where side = 'all'", 'sent by all: the sums say 0, the tally 3'],
  [
    'a sum that nothing adds up to',
    `insert into tally_sums (campaign, side, name, counter, n) values ('${SLUG}', 'day', '2026-11-23', 'failed', 1)`,
    'failed by day 2026-11-23: the sums say 1, the tally 0',
  ],
  [
    'held letters that are not there',
    `insert into holds (campaign, recipient, reason, n) values ('${SLUG}', 'ie-interior', 'policy', 2)`,
    'held (ie-interior, policy): the count says 2, the rows 0',
  ],
])('%s is said, and nothing is mended unasked', async (_, wrong, says) => {
  const { store, db } = await start();
  db.exec(wrong);
  expect(await recount(store, SLUG)).toEqual([says]);
  expect(await recount(store, SLUG)).toEqual([says]);
});
