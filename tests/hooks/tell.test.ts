import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Counter } from '../../server/domain/tally.ts';
import { TELL_EVERY, tellFigures } from '../../server/hooks/tell.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { ROOT } from '../support/app.ts';
import { freshPostgres } from '../support/postgres.ts';
import { testVault } from '../support/vault.ts';

const SLUG = 'save-the-bees';
const vault = testVault();
const databases = {
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-tell-'));
    return { url: `file:${join(folder, 'store.db')}`, drop: async () => rmSync(folder, { recursive: true }) };
  },
  PostgreSQL: freshPostgres,
};

describe.each(Object.entries(databases))('figures and notices, on %s', (_name, fresh) => {
  let store: Store;
  let drop: () => Promise<void>;
  const clock = { now: 0 };
  const tell = () => tellFigures({ store, vault, now: () => clock.now });
  beforeEach(async () => {
    const made = await fresh();
    drop = made.drop;
    store = await openStore(made.url, ROOT);
    clock.now = Date.parse('2026-11-24T10:00:00Z');
  });
  afterEach(async () => {
    await store.close();
    await drop();
  });

  const add = (id: string, events: string) =>
    store.hooks.add({ id, campaign: SLUG, box: Buffer.from('x'), events, addedAt: clock.now });
  const move = (n: number, recipient = 'ie-interior', counter: Counter = 'sent') =>
    store.tally.move(SLUG, [{ day: '2026-11-24', country: 'IE', source: '', recipient, counter, n }]);
  /** What is owed by now, the oldest first; each only once. */
  const seen = new Set<string>();
  async function owed(id: string) {
    const rows = (await store.hooks.deliveries(id, 99)).filter((row) => !seen.has(row.id)).reverse();
    for (const row of rows) seen.add(row.id);
    return rows
      .map(({ body }) => JSON.parse(body))
      .map(({ type, data: { campaign: _, ...data } }) => ({ type, ...data }));
  }
  const none = { prepared: null, said: null, pending: null, confirmed: null, failed: null, people: null };

  test('are told in steps of ten, once each quarter of an hour, and only where a step was passed', async () => {
    await add('a', 'tally.moved');
    await move(9);
    await tell();
    expect(await owed('a')).toEqual([]);
    await move(4);
    await tell();
    expect(await owed('a')).toEqual([]);
    clock.now += TELL_EVERY;
    await tell();
    const counters = { ...none, sent: 10, bounced: null };
    expect(await owed('a')).toEqual([
      { type: 'tally.moved', counters, recipients: [{ recipient: 'ie-interior', ...counters }] },
    ]);
    await move(6);
    clock.now += TELL_EVERY;
    await tell();
    expect(await owed('a')).toEqual([]);
    await move(1);
    await tell();
    clock.now += TELL_EVERY - 1;
    await tell();
    expect(await owed('a')).toEqual([]);
    clock.now += 1;
    await tell();
    expect(await owed('a')).toMatchObject([{ counters: { sent: 20 } }]);
    await move(-15);
    clock.now += TELL_EVERY;
    await tell();
    expect(await owed('a')).toMatchObject([{ counters: { sent: null }, recipients: [{ sent: null }] }]);
  });

  test('name only the offices that moved, a hundred at a time, and leave none out', async () => {
    await add('a', 'tally.moved');
    for (let n = 0; n < 130; n += 1) await move(10, `office-${n}`);
    await tell();
    const [first] = await owed('a');
    expect(first.counters.sent).toBe(1300);
    expect(first.recipients).toHaveLength(100);
    // Those of the first message go on moving, and are not in the way of the others.
    for (const { recipient } of first.recipients) await move(10, recipient);
    clock.now += TELL_EVERY;
    await tell();
    const [second] = await owed('a');
    const names = [...first.recipients, ...second.recipients].map(({ recipient }: { recipient: string }) => recipient);
    expect(new Set(names).size).toBe(130);
    await move(10, 'office-3');
    clock.now += 2 * TELL_EVERY;
    await tell();
    clock.now += TELL_EVERY;
    await tell();
    type Office = { recipient: string; sent: number };
    const told = [first, second, ...(await owed('a'))].flatMap(({ recipients }) => recipients as Office[]);
    const last = new Map(told.map(({ recipient, sent }) => [recipient, sent]));
    const { byRecipient } = await store.tally.sums(SLUG, 'recipient');
    expect(byRecipient.filter(({ recipient, sent }) => last.get(recipient) !== sent)).toEqual([]);
  });

  test('a notice is told when it is raised, again when it has grown a step, and again after it was seen', async () => {
    await add('a', 'notice.raised');
    const note = () => store.notices.note(SLUG, 'returned', 'ie-interior', clock.now);
    const raised = (n: number | null) => ({ type: 'notice.raised', kind: 'returned', recipient: 'ie-interior', n });
    const later = async () => {
      clock.now += TELL_EVERY;
      await tell();
      return owed('a');
    };
    await note();
    expect(await later()).toEqual([raised(null)]);
    for (let n = 0; n < 8; n += 1) await note();
    expect(await later()).toEqual([]);
    await note();
    expect(await later()).toEqual([raised(10)]);
    await store.notices.dropAll(SLUG);
    expect(await later()).toEqual([]);
    await note();
    expect(await later()).toEqual([raised(null)]);
  });

  test('go to who asks for them, and of two processes one tells', async () => {
    await add('a', 'campaign.closed');
    await add('b', 'tally.moved notice.raised');
    await add('c', 'notice.raised');
    await add('d', 'tally.moved');
    await store.hooks.end({ id: 'd', campaign: SLUG }, '', clock.now);
    await store.notices.note(SLUG, 'relay', '', clock.now);
    await move(10);
    await Promise.all([tell(), tell(), tell()]);
    expect(await owed('a')).toEqual([]);
    expect((await owed('b')).map(({ type }) => type).sort()).toEqual(['notice.raised', 'tally.moved']);
    expect((await owed('c')).map(({ type }) => type)).toEqual(['notice.raised']);
    expect(await owed('d')).toEqual([]);
  });
});
