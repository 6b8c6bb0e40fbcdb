import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Move } from '../../server/domain/tally.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { ROOT } from '../support/app.ts';
import { freshPostgres } from '../support/postgres.ts';

const databases = {
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-cells-'));
    return { url: `file:${join(folder, 'store.db')}`, drop: async () => rmSync(folder, { recursive: true }) };
  },
  PostgreSQL: freshPostgres,
};
const SLUG = 'save-the-bees';
const cell = (day: string, n: number, of: Partial<Move> = {}): Move => ({
  ...{ day, country: 'IE', recipient: 'ie-interior', source: '', counter: 'sent', n },
  ...of,
});
const key = ({ day, country, recipient, source, counter }: Move) =>
  [day, country, recipient, source, counter].join(' ');

describe.each(Object.keys(databases) as (keyof typeof databases)[])('%s', (database) => {
  let store: Store;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const opened = await databases[database]();
    drop = opened.drop;
    store = await openStore(opened.url, ROOT);
  });
  afterAll(async () => {
    await store.close();
    await drop();
  });

  test('cells come in pieces, each of them once, however their names sort', async () => {
    const sources = ['', 'a', 'a-b', 'a.b', 'a_b', 'ab', 'aside.1', 'b', 'other', 'z9'];
    const cells = ['2026-11-24', '2026-11-25'].flatMap((day) =>
      sources.map((source, i) => cell(day, i + 1, { source })),
    );
    await store.tally.move(SLUG, [...cells, cell('2026-11-23', 0), cell('2026-11-24', 3, { country: 'DE' })]);
    await store.tally.move('other-bees', [cell('2026-11-24', 5)]);
    for (const limit of [1, 3, 7, 21, 100]) {
      const pieces: Move[][] = [];
      for await (const piece of store.cells.pieces(SLUG, limit)) pieces.push(piece);
      expect(pieces.every(({ length }) => length > 0 && length <= limit)).toBe(true);
      const keys = pieces.flat().map(key);
      expect(new Set(keys).size).toBe(21);
      expect(keys).toHaveLength(21);
    }
    expect(await store.cells.count(SLUG)).toBe(21);
    for await (const _ of store.cells.pieces('no-bees', 5)) throw new Error('a piece of nothing');
  });

  test('letters by office and day, the newest first, a page at a time, nothing that is out of the count', async () => {
    await store.tally.move('by-office', [
      cell('2026-11-24', 2),
      cell('2026-11-24', 3, { country: 'DE', source: 'poster' }),
      cell('2026-11-24', 9, { source: 'aside.1' }),
      cell('2026-11-25', 1, { counter: 'bounced' }),
      cell('2026-11-25', 0),
      cell('2026-11-25', 4, { counter: 'prepared' }),
      cell('2026-11-25', 4, { recipient: '', counter: 'said' }),
    ]);
    const bounced = { day: '2026-11-25', recipient: 'ie-interior', counter: 'bounced', n: 1 };
    const sent = { day: '2026-11-24', recipient: 'ie-interior', counter: 'sent', n: 5 };
    const read = (options: object) => store.cells.byOffice('by-office', { limit: 9, offset: 0, ...options });
    expect(await read({})).toEqual({ rows: [bounced, sent], all: 2 });
    expect(await read({ limit: 1 })).toEqual({ rows: [bounced], all: 2 });
    expect(await read({ limit: 1, offset: 1 })).toEqual({ rows: [sent], all: 2 });
    expect(await read({ offset: 2 })).toEqual({ rows: [], all: 0 });
    expect(await read({ from: '2026-11-24', to: '2026-11-24' })).toEqual({ rows: [sent], all: 1 });
  });

  test('a token is found by its hash until it ends, and forgotten later', async () => {
    const hash = Buffer.from('0123456789abcdef');
    const token = { hash, id: 't1', campaign: SLUG, name: 'n', scopes: 'tally:read', campaigner: 'c', addedAt: 1 };
    await store.tokens.add({ ...token, expiresAt: 1000 });
    expect(await store.tokens.find(hash, 999)).toMatchObject({ id: 't1', usedAt: null });
    expect(await store.tokens.find(hash, 1000)).toBeNull();
    await store.tokens.used(hash, 7);
    expect(await store.tokens.ofCampaign(SLUG)).toMatchObject([{ id: 't1', usedAt: 7 }]);
    expect(await store.tokens.ofCampaign('')).toEqual([]);
    await store.tokens.forget(999);
    expect(await store.tokens.ofCampaign(SLUG)).toHaveLength(1);
    await store.tokens.forget(1000);
    expect(await store.tokens.ofCampaign(SLUG)).toEqual([]);
  });
});
