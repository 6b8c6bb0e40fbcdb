import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lost } from '../../server/store/connection.ts';
import type { HookDelivery } from '../../server/store/hook-deliveries.ts';
import type { Hook } from '../../server/store/hooks.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { ROOT } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { freshPostgres } from '../support/postgres.ts';

const SLUG = 'save-the-bees';
const databases = {
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-hooks-'));
    return { url: `file:${join(folder, 'store.db')}`, drop: async () => rmSync(folder, { recursive: true }) };
  },
  PostgreSQL: freshPostgres,
};

describe.each(Object.entries(databases))('the store of addresses that are told, on %s', (_name, fresh) => {
  let store: Store;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    const made = await fresh();
    drop = made.drop;
    store = await openStore(made.url, ROOT);
    await store.campaigns.save(bees(), null, 1);
  });
  afterEach(async () => {
    await store.close();
    await drop();
  });

  const add = (id: string, events: string, campaign = SLUG) =>
    store.hooks.add({ id, campaign, box: Buffer.from(`box of ${id}`), events, addedAt: 1 });
  const owed = async (id: string) =>
    (await store.hooks.deliveries(id, 99)).map(({ event, body }) => [event, JSON.parse(body).data]);
  const message = (id: string, hook: string, at = 10) => ({
    id,
    hook,
    campaign: SLUG,
    event: 'hook.test',
    body: '{}',
    at,
  });
  const claim = async (now: number, busy = '', failing = true) =>
    (await store.hooks.claim(now, now + 60, busy, failing)) as HookDelivery;

  test('an address comes back as it was added, and not twice; another campaign does not see it', async () => {
    await add('a', 'campaign.paused tally.moved');
    await expect(add('a', '')).rejects.toBeInstanceOf(Lost);
    const hook = { id: 'a', campaign: SLUG, events: 'campaign.paused tally.moved', told: '{}', addedAt: 1 };
    expect(await store.hooks.find(SLUG, 'a')).toMatchObject({ ...hook, failingSince: null, endedAt: null });
    expect((await store.hooks.find(SLUG, 'a'))?.box.toString()).toBe('box of a');
    expect(await store.hooks.find('another', 'a')).toBeNull();
    expect((await store.hooks.ofCampaign(SLUG)).map(({ id }) => id)).toEqual(['a']);
  });

  test('who asks for it is told of each state, in its transaction; a move that is refused is not told', async () => {
    await add('a', 'campaign.launched campaign.paused campaign.resumed campaign.closed');
    await add('b', 'campaign.closed tally.moved');
    await add('c', 'campaign.launched campaign.closed', 'another');
    expect(await store.campaigns.setState(SLUG, ['draft'], 'open', 2)).toBe(true);
    expect(await store.campaigns.setState(SLUG, ['draft'], 'open', 3)).toBe(false);
    expect(await store.campaigns.setState(SLUG, ['open'], 'paused', 4)).toBe(true);
    expect(await store.campaigns.setState(SLUG, ['paused'], 'open', 5)).toBe(true);
    expect(await store.campaigns.setState(SLUG, ['open', 'paused'], 'closed', 6)).toBe(true);
    expect(await owed('a')).toEqual([
      ['campaign.closed', { campaign: SLUG, state: 'closed' }],
      ['campaign.resumed', { campaign: SLUG, state: 'open' }],
      ['campaign.paused', { campaign: SLUG, state: 'paused' }],
      ['campaign.launched', { campaign: SLUG, state: 'open' }],
    ]);
    expect(await owed('b')).toEqual([['campaign.closed', { campaign: SLUG, state: 'closed' }]]);
    expect(await owed('c')).toEqual([]);
    const ids = [...(await store.hooks.deliveries('a', 9)), ...(await store.hooks.deliveries('b', 9))].map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(5);
    expect(ids.every((id) => !id.includes('.'))).toBe(true);
    expect((await store.hooks.deliveries('b', 9))[0]).toMatchObject({ at: 6, dueAt: 6, attempts: 0, doneAt: null });
  });

  test('a changed list of recipients is told with its revision; a changed text is not', async () => {
    await add('a', 'recipients.changed');
    const { recipients, ...rest } = bees();
    await store.campaigns.save({ ...rest, recipients, texts: { en: 'Other\n\nOther' } }, 1, 2);
    expect(await owed('a')).toEqual([]);
    await store.campaigns.saveAll([{ content: { ...rest, recipients: recipients.slice(1) }, replacing: 2 }], 3);
    expect(await owed('a')).toEqual([['recipients.changed', { campaign: SLUG, revision: 3, recipients: 5 }]]);
    await expect(store.campaigns.save({ ...rest, recipients }, 2, 4)).rejects.toBeInstanceOf(Lost);
    expect(await owed('a')).toHaveLength(1);
  });

  test('a message is borrowed by one, those that fail wait behind, and an address has one at a time', async () => {
    await add('bad', '');
    await add('good', '');
    for (const [i, hook] of ['bad', 'bad', 'good'].entries())
      await store.hooks.addDelivery(message(`${i}`, hook, 10 + i));
    const bad = await claim(20);
    expect(bad).toMatchObject({ id: '0', attempts: 1, dueAt: 80 });
    await store.hooks.notTaken(bad, { outcome: 'no', dueAt: 20, quietUntil: null }, 20);
    expect((await store.hooks.find(SLUG, 'bad'))?.failingSince).toBe(20);
    expect(await claim(20)).toMatchObject({ id: '2', hook: 'good' });
    expect(await claim(20, 'bad')).toBeNull();
    expect(await claim(20, '', false)).toBeNull();
    expect(await claim(20)).toMatchObject({ id: '1' });
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(20)));
    expect(claims.filter(Boolean).map(({ id }) => id)).toEqual(['0']);
    // Its lease is over: it comes back, and the slow one's note is refused.
    const again = await claim(80);
    await expect(store.hooks.taken({ ...again, attempts: again.attempts - 1 }, 'ok', 81)).rejects.toBeInstanceOf(Lost);
    await store.hooks.taken(again, 'ok', 81);
    expect((await store.hooks.find(SLUG, again.hook))?.failingSince).toBeNull();
  });

  test('what failed first counts until something is taken; a quiet time moves all that is due', async () => {
    await add('a', '');
    for (const id of ['0', '1']) await store.hooks.addDelivery(message(id, 'a'));
    await store.hooks.notTaken(await claim(20), { outcome: 'later', dueAt: 500, quietUntil: 400 }, 20);
    expect(await claim(399)).toBeNull();
    const next = await claim(400);
    expect(next.id).toBe('1');
    await store.hooks.notTaken(next, { outcome: 'never', dueAt: null, quietUntil: null }, 401);
    expect((await store.hooks.find(SLUG, 'a'))?.failingSince).toBe(20);
    expect(await store.hooks.tryAgain('another', '1', 450)).toBe(false);
    expect(await store.hooks.tryAgain(SLUG, '1', 450)).toBe(true);
    await store.hooks.taken(await claim(450), 'ok', 451);
    expect(await store.hooks.tryAgain(SLUG, '1', 460)).toBe(false);
    expect((await store.hooks.deliveries('a', 1))[0]).toMatchObject({
      id: '1',
      doneAt: 451,
      dueAt: null,
      outcome: 'ok',
    });
  });

  test('an ended address is owed nothing, once, and is not told again', async () => {
    await add('a', 'campaign.launched');
    await store.hooks.addDelivery(message('0', 'a'));
    await expect(store.hooks.end({ id: 'a', campaign: 'another' }, 'ended', 30)).rejects.toBeInstanceOf(Lost);
    expect((await store.hooks.deliveries('a', 1))[0]).toMatchObject({ dueAt: 10 });
    await store.hooks.end({ id: 'a', campaign: SLUG }, 'ended', 30);
    await expect(store.hooks.end({ id: 'a', campaign: SLUG }, 'ended', 31)).rejects.toBeInstanceOf(Lost);
    expect(await claim(99)).toBeNull();
    await store.campaigns.setState(SLUG, ['draft'], 'open', 40);
    expect(await store.hooks.deliveries('a', 9)).toMatchObject([{ id: '0', dueAt: null, outcome: 'ended' }]);
    expect(await store.hooks.living()).toEqual([]);
    expect(await store.hooks.tryAgain(SLUG, '0', 50)).toBe(false);
  });

  test('what came of a try that was under way when its address was ended changes nothing', async () => {
    await add('a', '');
    await store.hooks.addDelivery(message('0', 'a'));
    const tried = await claim(20);
    await store.hooks.end({ id: 'a', campaign: SLUG }, 'ended', 30);
    const again = { outcome: 'late', dueAt: 40, quietUntil: null };
    await expect(store.hooks.notTaken(tried, again, 35)).rejects.toBeInstanceOf(Lost);
    await expect(store.hooks.taken(tried, 'late', 35)).rejects.toBeInstanceOf(Lost);
    expect(await store.hooks.deliveries('a', 9)).toMatchObject([{ dueAt: null, doneAt: null, outcome: 'ended' }]);
    expect(await store.hooks.find(SLUG, 'a')).toMatchObject({ failingSince: null });
  });

  test('of two processes that tell, one does; a box is replaced only as it was read', async () => {
    await add('a', '');
    const hook = (await store.hooks.find(SLUG, 'a')) as Hook;
    const tell = (id: string) => store.hooks.tell(hook, '{"at":1}', [store.hooks.adding(message(id, 'a'))]);
    expect((await Promise.all([tell('x'), tell('y')])).sort()).toEqual([false, true]);
    expect(await store.hooks.deliveries('a', 9)).toHaveLength(1);
    expect(await store.hooks.setBox(hook, Buffer.from('new'))).toBe(true);
    expect(await store.hooks.setBox(hook, Buffer.from('newer'))).toBe(false);
    expect((await store.hooks.find(SLUG, 'a'))?.box.toString()).toBe('new');
  });

  test('what is long over is forgotten, and nothing else', async () => {
    await add('a', '');
    await add('b', '');
    await store.hooks.addDelivery(message('old', 'a', 10));
    await store.hooks.addDelivery(message('new', 'a', 21));
    await store.hooks.end({ id: 'b', campaign: SLUG }, 'ended', 20);
    await store.hooks.forget(20);
    expect((await store.hooks.ofCampaign(SLUG)).map(({ id }) => id)).toEqual(['a']);
    expect((await store.hooks.deliveries('a', 9)).map(({ id }) => id)).toEqual(['new']);
  });
});
