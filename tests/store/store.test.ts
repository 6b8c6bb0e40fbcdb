import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Move } from '../../server/domain/tally.ts';
import { Lost } from '../../server/store/connection.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import type { Submission } from '../../server/store/submissions.ts';
import { ROOT } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { heldFor } from '../support/letters.ts';
import { freshPostgres } from '../support/postgres.ts';

const databases = {
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-store-'));
    return { url: `file:${join(folder, 'store.db')}`, drop: async () => rmSync(folder, { recursive: true }) };
  },
  PostgreSQL: freshPostgres,
};

let n = 0;
function row() {
  n += 1;
  const hash = (kind: number) => Buffer.from([kind, n >> 8, n & 255]);
  return {
    id: `s${n}`,
    campaign: 'save-the-bees',
    country: 'IE',
    source: '',
    recipients: 'ie-interior',
    day: '2026-11-24',
    tokenHash: hash(1),
    handleHash: hash(2),
    box: Buffer.from('sealed'),
    dayKey: null as string | null,
    dueAt: 0,
    expiresAt: 1000,
  };
}
const pending = (count: number): Move => ({
  day: '2026-11-24',
  country: 'IE',
  recipient: 'ie-interior',
  source: '',
  counter: 'pending',
  n: count,
});
const sealed = { box: Buffer.from('b'), tokenLock: Buffer.from('t'), codeLock: Buffer.from('c') };
const letter = (id: string, submission: string) => ({
  id,
  submission,
  campaign: 'save-the-bees',
  country: 'IE',
  source: '',
  recipient: 'ie-interior',
  statusHash: Buffer.from(`status ${id}`),
  box: Buffer.from('letter'),
  dayKey: null as string | null,
  day: '2026-11-24',
  dueAt: 0,
  changedAt: 0,
  revision: 1,
  addressee: '',
});

test('a SQLite file, and what SQLite lays beside it, are for their owner only; what is there keeps its mode', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-store-'));
  // The folder may have been there before, and be open to everybody.
  chmodSync(folder, 0o755);
  const modes = () =>
    readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
  const file = `file:${join(folder, 'a.db')}`;
  const store = await openStore(file, ROOT);
  await store.submissions.add(row(), []);
  expect(modes()).toEqual([
    ['a.db', '600'],
    ['a.db-shm', '600'],
    ['a.db-wal', '600'],
  ]);
  await store.close();
  chmodSync(join(folder, 'a.db'), 0o640);
  await (await openStore(file, ROOT)).close();
  expect(modes()).toEqual([['a.db', '640']]);
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(databases))('the store on %s', (_name, fresh) => {
  let store: Store;
  let url: string;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    ({ url, drop } = await fresh());
    store = await openStore(url, ROOT);
  });
  afterAll(async () => {
    await store.close();
    await drop();
  });
  const found = async (added: { tokenHash: Buffer }) =>
    (await store.submissions.byToken(added.tokenHash)) as Submission;
  const total = async (counter: string) =>
    (await store.tally.read('save-the-bees'))
      .filter((each) => each.counter === counter)
      .reduce((sum, each) => sum + each.n, 0);

  test('a second start on the same database migrates nothing and loses nothing', async () => {
    const added = row();
    await store.submissions.add(added, []);
    const again = await openStore(url, ROOT);
    expect((await again.submissions.byToken(added.tokenHash))?.id).toBe(added.id);
    await again.close();
  });

  test('a campaign comes back as it was saved, in its order; a stale revision is refused', async () => {
    await store.campaigns.save(bees(), null, 1);
    const loaded = await store.campaigns.load('save-the-bees');
    expect(loaded).toMatchObject({ ...bees(), state: 'draft', revision: 1 });
    await expect(store.campaigns.save(bees(), null, 2)).rejects.toBeInstanceOf(Lost);
    await store.campaigns.save({ ...bees(), signatories: [] }, 1, 2);
    expect(await store.campaigns.load('save-the-bees')).toMatchObject({ revision: 2, signatories: [] });
    await expect(store.campaigns.save(bees(), 1, 3)).rejects.toBeInstanceOf(Lost);
    expect(await store.campaigns.setState('save-the-bees', ['draft'], 'open', 4)).toBe(true);
    expect(await store.campaigns.setState('save-the-bees', ['draft'], 'open', 4)).toBe(false);
  });

  test('several campaigns are saved all together, or none of them', async () => {
    const wasps = bees({ slug: 'save-the-wasps' });
    const stale = { content: bees(), replacing: 1 };
    await expect(store.campaigns.saveAll([{ content: wasps, replacing: null }, stale], 5)).rejects.toBeInstanceOf(Lost);
    expect(await store.campaigns.load('save-the-wasps')).toBeNull();
    await store.campaigns.saveAll([{ content: wasps, replacing: null }], 5);
    expect(await store.campaigns.load('save-the-wasps')).toMatchObject({ ...wasps, revision: 1 });
  });

  test('a submission and its tally are kept together, or neither is', async () => {
    const before = await total('pending');
    const added = row();
    await store.submissions.add(added, [pending(1)]);
    await expect(store.submissions.add(added, [pending(1)])).rejects.toBeInstanceOf(Lost);
    expect((await total('pending')) - before).toBe(1);
  });

  test('transactions that arrive together stand or fall each by itself', async () => {
    const [good, bad, last] = [row(), row(), row()];
    const before = await total('pending');
    const outcomes = await Promise.allSettled([
      store.submissions.add(good, [pending(1)]),
      store.submissions.add({ ...bad, tokenHash: good.tokenHash }, [pending(1)]),
      store.submissions.add(last, [pending(1)]),
    ]);
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'fulfilled')).toHaveLength(2);
    expect((await total('pending')) - before).toBe(2);
  });

  test('people who write to the same offices in other orders do not wait in a ring', async () => {
    const both = Array.from({ length: 60 }, () => row());
    for (const each of both) await store.submissions.add(each, []);
    const offices = ['ring-a', 'ring-b', 'ring-c', 'ring-d'];
    const confirming = both.map((each, n) => {
      const order = n % 2 ? offices : [...offices].reverse();
      const letters = order.map((recipient) => ({ ...letter(`${each.id} ${recipient}`, each.id), recipient }));
      return store.submissions.confirm(each as Submission, sealed, letters, [], [], 1);
    });
    const outcomes = await Promise.allSettled(confirming);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  });

  test('what is due is borrowed by one worker only, and comes back when the lease is over', async () => {
    const many = Array.from({ length: 40 }, row);
    await Promise.all(many.map((each) => store.submissions.add({ ...each, dueAt: 5000 }, [])));
    const ids = new Set(many.map(({ id }) => id));
    const claims = (
      await Promise.all(Array.from({ length: 8 }, () => store.submissions.claimDue(5000, 9000, 100)))
    ).flat();
    const mine = claims.filter(({ id }) => ids.has(id));
    expect(mine).toHaveLength(40);
    expect(new Set(mine.map(({ id }) => id)).size).toBe(40);
    expect((await store.submissions.claimDue(8999, 9999, 100)).filter(({ id }) => ids.has(id))).toHaveLength(0);
    expect((await store.submissions.claimDue(9000, 99_999, 100)).filter(({ id }) => ids.has(id))).toHaveLength(40);
  });

  test('a worker that outlived its lease changes nothing', async () => {
    const added = row();
    await store.submissions.add({ ...added, dueAt: 100_000 }, []);
    const claim = async (now: number) =>
      (await store.submissions.claimDue(now, now + 10, 100)).find(({ id }) => id === added.id) as Submission;
    const slow = await claim(100_000);
    const quick = await claim(100_010);
    expect(await store.submissions.mailed(slow.id, slow.attempts, sealed)).toBe(false);
    expect(await store.submissions.mailed(quick.id, quick.attempts, sealed)).toBe(true);
    expect(await store.submissions.later(quick.id, quick.attempts, 0)).toBe(false);
  });

  test('a confirmation happens once, however many come at the same time', async () => {
    const added = row();
    await store.submissions.add(added, [pending(1)]);
    const current = await found(added);
    const before = await total('pending');
    const tries = Array.from({ length: 10 }, (_, i) =>
      store.submissions.confirm(
        current,
        sealed,
        [letter(`${added.id}-${i}`, added.id)],
        [Buffer.from(`mark ${added.id}`)],
        [pending(-1)],
        50,
      ),
    );
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Lost);
    expect((await total('pending')) - before).toBe(-1);
    expect((await found(added)).state).toBe('confirmed');
  });

  test('a mark that stands already undoes the whole confirmation', async () => {
    const [first, second] = [row(), row()];
    await store.submissions.add(first, []);
    await store.submissions.add(second, []);
    const marks = [Buffer.from(`mark ${first.id}`)];
    await store.submissions.confirm(await found(first), sealed, [letter(`l${first.id}`, first.id)], marks, [], 50);
    await expect(
      store.submissions.confirm(await found(second), sealed, [letter(`l${second.id}`, second.id)], marks, [], 50),
    ).rejects.toBeInstanceOf(Lost);
    expect((await found(second)).state).toBe('new');
    expect(await store.letters.byStatus(Buffer.from(`status l${second.id}`))).toBeNull();
    expect(await store.submissions.marked('save-the-bees', [...marks, Buffer.from('no')])).toEqual([true, false]);
  });

  test('tries at the code are counted before they are looked at', async () => {
    const added = row();
    await store.submissions.add(added, []);
    const taken = await Promise.all(Array.from({ length: 12 }, () => store.submissions.takeTry(added.id, 5)));
    expect(taken.filter(Boolean)).toHaveLength(5);
    await store.submissions.giveBackTry(added.id);
    expect(await store.submissions.takeTry(added.id, 5)).toBe(true);
  });

  /** A confirmed letter to an office of its own, so that each test has a queue to itself. */
  async function confirmed(recipient: string, id = `q${row().id}`) {
    const added = row();
    await store.submissions.add(added, []);
    await store.submissions.confirm(await found(added), sealed, [{ ...letter(id, added.id), recipient }], [], [], 50);
    return id;
  }
  const queue = (recipient: string) => ({ campaign: 'save-the-bees', recipient });
  const dueQueues = async (now: number) => (await store.queues.due(now, 1000)).map(({ recipient }) => recipient);
  const sentNow = {
    state: 'sent' as const,
    box: null,
    dayKey: null as string | null,
    day: '2026-11-24',
    now: 12,
    doubts: 0,
    reason: null,
    answer: 'ok',
  };

  test('letters of a paused campaign wait; a settled one moves the tally with it, once', async () => {
    const id = await confirmed('paused');
    await store.campaigns.setState('save-the-bees', ['open'], 'paused', 1);
    expect(await dueQueues(10)).not.toContain('paused');
    await store.campaigns.setState('save-the-bees', ['paused'], 'open', 1);
    expect(await dueQueues(10)).toContain('paused');
    const [claimed] = await store.letters.claim(queue('paused'), 10, 20, 5);
    if (!claimed) throw new Error('not claimed');
    expect(claimed).toMatchObject({ id, attempts: 1, place: 1, dottingAt: null, doubts: 0 });
    const sent: Move = { ...pending(1), counter: 'sent' };
    const before = await total('sent');
    await store.letters.settle(claimed, sentNow, [sent]);
    await expect(store.letters.settle(claimed, sentNow, [sent])).rejects.toBeInstanceOf(Lost);
    expect((await total('sent')) - before).toBe(1);
    expect(await store.queues.of('save-the-bees', 'paused')).toMatchObject({ arrived: 1, gone: 1 });
    await store.letters.forget(12);
    expect(await store.letters.byStatus(claimed.statusHash)).toBeNull();
  });

  test('I2: a worker whose claim has lapsed cannot set the dot, and the next one learns that it was set', async () => {
    await confirmed('dots');
    const [slow] = await store.letters.claim(queue('dots'), 10, 20, 5);
    const [quick] = await store.letters.claim(queue('dots'), 20, 30, 5);
    if (!slow || !quick) throw new Error('not claimed');
    await expect(store.letters.dot(slow, 21)).rejects.toBeInstanceOf(Lost);
    expect(await store.letters.renew(slow, 99)).toBe(false);
    await store.letters.dot(quick, 22);
    const [heir] = await store.letters.claim(queue('dots'), 30, 40, 5);
    expect(heir).toMatchObject({ dottingAt: 22, doubts: 0 });
    await store.letters.later(heir as never, { dueAt: 35, doubts: 1, firstTriedAt: 30 }, []);
    const [again] = await store.letters.claim(queue('dots'), 36, 50, 5);
    expect(again).toMatchObject({ dottingAt: null, doubts: 1, firstTriedAt: 30 });
  });

  test('nobody moves a letter whose dot may be under way', async () => {
    await confirmed('withdrawn');
    const [claimed] = await store.letters.claim(queue('withdrawn'), 10, 20, 5);
    if (!claimed) throw new Error('not claimed');
    await store.letters.dot(claimed, 11);
    const withdrawn = { ...sentNow, state: 'withdrawn' as const };
    await expect(store.letters.move(claimed, withdrawn, [])).rejects.toBeInstanceOf(Lost);
    await store.letters.later(claimed, { dueAt: 12, doubts: 1, firstTriedAt: 11 }, []);
    await store.letters.move(claimed, withdrawn, []);
    expect(await store.letters.claim(queue('withdrawn'), 99, 100, 5)).toEqual([]);
    expect(await store.queues.of('save-the-bees', 'withdrawn')).toMatchObject({ arrived: 1, gone: 1 });
  });

  test('a turn is taken by one worker only, and a rested queue wakes for a new letter or one put off', async () => {
    await confirmed('turns');
    const seen = await store.queues.of('save-the-bees', 'turns');
    if (!seen) throw new Error('no queue');
    const turns = await Promise.all(Array.from({ length: 8 }, () => store.queues.turn(seen, 500)));
    expect(turns.filter(Boolean)).toHaveLength(1);
    expect(await dueQueues(499)).not.toContain('turns');
    expect(await dueQueues(500)).toContain('turns');
    const [claimed] = await store.letters.claim(queue('turns'), 500, 60_500, 5);
    const taken = await store.queues.of('save-the-bees', 'turns');
    if (!claimed || !taken) throw new Error('not claimed');
    await store.queues.rest(taken, 500);
    expect(await dueQueues(60_499)).not.toContain('turns');
    expect(await dueQueues(60_500)).toContain('turns');
    await store.letters.later(claimed, { dueAt: 700, doubts: 0, firstTriedAt: 500 }, []);
    expect(await dueQueues(700)).toContain('turns');
    await store.queues.rest({ ...taken, arrived: taken.arrived }, 500);
    await confirmed('turns');
    expect(await dueQueues(501)).toContain('turns');
    // Read before the new letter came: it must not put the queue to sleep again.
    await store.queues.rest(taken, 500);
    expect(await dueQueues(501)).toContain('turns');
  });

  test('what is due is told fairly between campaigns', async () => {
    for (let i = 0; i < 30; i += 1) await confirmed(`many-${i}`);
    const added = { ...row(), campaign: 'save-the-hares' };
    await store.campaigns.save(bees({ slug: 'save-the-hares' }), null, 1);
    await store.submissions.add(added, []);
    const wasp = { ...letter('wasp', added.id), campaign: 'save-the-hares' };
    await store.submissions.confirm(await found(added), sealed, [wasp], [], [], 50);
    const first = (await store.queues.due(1, 2)).map(({ campaign }) => campaign);
    expect(new Set(first)).toEqual(new Set(['save-the-bees', 'save-the-hares']));
  });

  test('a held letter is released to the end of its queue, once', async () => {
    await confirmed('held');
    const [claimed] = await store.letters.claim(queue('held'), 10, 20, 5);
    if (!claimed) throw new Error('not claimed');
    const held = {
      ...sentNow,
      state: 'held' as const,
      box: claimed.box,
      dayKey: claimed.dayKey,
      reason: 'policy' as const,
    };
    await store.letters.settle(claimed, held, []);
    const [id = ''] = await store.letters.heldIds(heldFor('save-the-bees', 'held'));
    const kept = await store.letters.byId(id);
    expect(kept).toMatchObject({ id: claimed.id, reason: 'policy', box: claimed.box });
    if (!kept) throw new Error('not held');
    const tries = await Promise.allSettled([store.letters.release(kept, 30), store.letters.release(kept, 30)]);
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store.queues.of('save-the-bees', 'held')).toMatchObject({ arrived: 2, gone: 1 });
    expect(await store.letters.claim(queue('held'), 30, 40, 5)).toMatchObject([
      { id: claimed.id, place: 2, reason: null },
    ]);
  });

  test('what needs a look is counted, not repeated', async () => {
    for (const now of [5, 6, 7]) await store.notices.note('save-the-bees', 'auto-reply', 'ie-interior', now);
    expect(await store.notices.ofCampaign('save-the-bees')).toMatchObject([
      { kind: 'auto-reply', recipient: 'ie-interior', n: 3, firstAt: 5, lastAt: 7 },
    ]);
    await store.notices.drop('save-the-bees', 'ie-interior');
    expect(await store.notices.ofCampaign('save-the-bees')).toEqual([]);
  });

  test('a ticket is spent once', async () => {
    const said: Move = { ...pending(1), counter: 'said' };
    const spend = () => store.tickets.spend('save-the-bees', Buffer.from('ticket'), 100, [said]);
    const spent = await Promise.all([spend(), spend(), spend()]);
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await total('said')).toBe(1);
  });

  test('the mailbox keeps one mail for one Message-ID, the newest first', async () => {
    const mail = (id: string, at: number) => ({ id, submission: 's', at, box: Buffer.from(id), dayKey: null });
    await store.mailbox.keep(mail('a', 1));
    await store.mailbox.keep(mail('a', 9));
    await store.mailbox.keep(mail('b', 2));
    expect((await store.mailbox.latest(10)).map(({ id, at }) => [id, at])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(await store.mailbox.ofSubmission('other')).toHaveLength(0);
    await store.mailbox.forget(1);
    expect(await store.mailbox.latest(10)).toHaveLength(1);
  });

  test('recount finds in the rows what the tally says', async () => {
    expect((await store.living.submissions('save-the-bees')).every(({ n }) => n > 0)).toBe(true);
    const offices: string[] = [];
    let office = await store.living.officeAfter('save-the-bees', '');
    while (office !== null) {
      offices.push(office);
      office = await store.living.officeAfter('save-the-bees', office);
    }
    expect(offices).toEqual([...new Set(offices)].sort());
    const letters = await Promise.all(offices.map((each) => store.living.letters('save-the-bees', each)));
    expect(letters.flat().reduce((sum, { n }) => sum + n, 0)).toBeGreaterThan(0);
  });
});
