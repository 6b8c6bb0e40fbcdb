import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUp, COUNTERS, type Move, type Tally } from '../../server/domain/tally.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { ROOT } from '../support/app.ts';
import { freshPostgres } from '../support/postgres.ts';

type Fresh = { url: string; run(statements: string[]): Promise<void>; drop(): unknown };

function freshSqlite(): Fresh {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-sums-'));
  const file = join(folder, 'test.db');
  return {
    url: `file:${file}`,
    async run(statements) {
      const db = new Sqlite(file);
      for (const each of statements) db.exec(each);
      db.close();
    },
    drop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function freshPg(): Promise<Fresh> {
  const { url, drop } = await freshPostgres();
  return {
    url,
    drop,
    async run(statements) {
      const client = new pg.Client(url);
      await client.connect();
      for (const each of statements) await client.query(each);
      await client.end();
    },
  };
}

const moves = fc.array(
  fc.record({
    day: fc.constantFrom('2026-11-23', '2026-11-24'),
    country: fc.constantFrom('IE', 'DE', 'FR'),
    recipient: fc.constantFrom('ie', 'de', ''),
    source: fc.constantFrom('', 'poster', 'aside.1'),
    counter: fc.constantFrom(...COUNTERS, 'doubtful' as const),
    n: fc.integer({ min: -3, max: 5 }),
  }),
  { minLength: 1, maxLength: 30 },
);

describe.each([
  ['SQLite', async () => freshSqlite(), 'sqlite'],
  ['PostgreSQL', freshPg, 'postgres'],
])('sums on %s', (_, fresh, dialect) => {
  let at: Fresh;
  let store: Store;
  beforeAll(async () => {
    at = await fresh();
    store = await openStore(at.url, ROOT);
  });
  afterAll(async () => {
    await store.close();
    await at.drop();
  });

  /** A name whose counters all came to nothing may have rows or none. */
  const plain = ({ byCountry, byDay, byRecipient, bySource, aside, ...total }: Tally) => {
    const some = (rows: object[]) => rows.filter((row) => Object.values(row).some((n) => typeof n === 'number' && n));
    return { total, sides: [byCountry, byDay, byRecipient, bySource, aside].map(some) };
  };

  test('are what the cells add up to, however they were moved', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 4 }), async (batches) => {
        n += 1;
        const slug = `bees-${dialect}-${n}`;
        for (const batch of batches) await store.tally.move(slug, batch);
        const cells = await store.tally.read(slug);
        expect(plain(await store.tally.sums(slug))).toEqual(plain(addUp(cells)));
        const { byDay, sent } = await store.tally.sums(slug, 'all', 'country');
        expect([byDay, sent]).toEqual([[], addUp(cells).sent]);
      }),
      { numRuns: 25 },
    );
  });

  test('and move with many at once, none lost', async () => {
    const one = (i: number): Move[] => [
      { day: '2026-11-24', country: 'IE', recipient: 'ie', source: '', counter: 'confirmed', n: -1 },
      {
        day: '2026-11-24',
        country: i % 2 ? 'IE' : 'DE',
        recipient: i % 3 ? 'ie' : 'de',
        source: '',
        counter: 'sent',
        n: 1,
      },
    ];
    await Promise.all(Array.from({ length: 60 }, (_, i) => store.tally.move('many', one(i))));
    const { sent, confirmed } = await store.tally.sums('many');
    expect([sent, confirmed]).toEqual([60, -60]);
  });

  test('of a database that was there before are made by the migration', async () => {
    const batch: Move[] = [
      { day: '2026-11-23', country: 'IE', recipient: 'ie', source: 'poster', counter: 'sent', n: 3 },
      { day: '2026-11-24', country: 'DE', recipient: '', source: '', counter: 'people', n: 2 },
      { day: '2026-11-24', country: 'DE', recipient: 'de', source: 'aside.1', counter: 'sent', n: 4 },
    ];
    await store.tally.move('old', batch);
    const before = await store.tally.sums('old');
    const months = await store.tally.months('old', '2026-11', '2026-11');
    const read = (name: string) => readFileSync(join(ROOT, `migrations/${dialect}/${name}.sql`), 'utf8');
    const fills = ['0005_desk_whole', '0006_months_rolled_up']
      .flatMap((name) => read(name).split('--> statement-breakpoint'))
      .filter((each) => each.includes('tally_sums') && each.includes('INSERT'));
    expect(fills).toHaveLength(8);
    await at.run(['DELETE FROM tally_sums', ...fills]);
    expect(await store.tally.sums('old')).toEqual(before);
    const byName = (rows: { side: string; name: string }[]) =>
      rows.toSorted((a, b) => (`${a.side} ${a.name}` < `${b.side} ${b.name}` ? -1 : 1));
    expect(byName(await store.tally.months('old', '2026-11', '2026-11'))).toEqual(byName(months));
    expect(months.map(({ side, name, n }) => `${side}: ${name}: ${n}`).sort()).toEqual([
      'day: 2026-11-23: 3',
      'day: 2026-11-24: 2',
      'month-country: 2026-11 DE: 2',
      'month-country: 2026-11 IE: 3',
      'month-recipient: 2026-11 ie: 3',
    ]);
    expect(await store.tally.months('old', '2026-09', '2026-10')).toEqual([]);
    expect(await store.tally.months('old', '2026-12', '2027-01')).toEqual([]);
  });
});
