import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../server/store/connection.ts';
import { and, eq, sql } from '../../server/store/drizzle.ts';
import { openPostgres } from '../../server/store/open-postgres.ts';
import { ROOT } from '../support/app.ts';
import { freshPostgres } from '../support/postgres.ts';

let connection: Connection;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshPostgres();
  drop = fresh.drop;
  connection = await openPostgres(fresh.url, ROOT);
});
afterAll(async () => {
  await connection.close();
  await drop();
});

test('I1: transactions that wait for each other are done again, and none is lost', async () => {
  const { db, tables, prepare, atomically } = connection;
  const t = tables.queues;
  const p = sql.placeholder;
  const it = and(eq(t.campaign, 'bees'), eq(t.recipient, p('recipient')));
  const add = prepare(
    db.insert(t).values({ campaign: 'bees', recipient: p('recipient'), arrived: 0, gone: 0, dueAt: 0, paceAt: 0 }),
  );
  const grow = prepare(
    db
      .update(t)
      .set({ arrived: sql`${t.arrived} + 1` })
      .where(it),
  );
  // Between the two updates of a transaction others get their turn.
  const wait = prepare(db.select({ slept: sql`pg_sleep(0.02)` }).from(t).where(it));
  const step = (recipient: string) => [
    { write: grow, values: { recipient } },
    { write: wait, values: { recipient } },
  ];
  for (const recipient of ['ie', 'de']) await add.execute({ recipient });
  const both = Array.from({ length: 4 }, (_, i) =>
    atomically(i % 2 ? [...step('ie'), ...step('de')] : [...step('de'), ...step('ie')]),
  );
  expect((await Promise.allSettled(both)).filter(({ status }) => status === 'rejected')).toEqual([]);
  const rows = (await db.select().from(t)) as { arrived: number }[];
  expect(rows.map(({ arrived }) => arrived)).toEqual([4, 4]);
});
