import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DeliverParts, openDeliveries } from '../../server/hooks/deliver.ts';
import { renewed } from '../../server/hooks/sign.ts';
import type { Hook } from '../../server/store/hooks.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { ROOT } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { testVault } from '../support/vault.ts';

const SLUG = 'save-the-bees';
const HOUR = 3_600_000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const vault = testVault();
let receiver: Receiver;
let store: Store;
let folder: string;
let clock: { now: number };
let parts: DeliverParts;

beforeEach(async () => {
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), 'dear-minister-deliver-'));
  store = await openStore(`file:${join(folder, 'store.db')}`, ROOT);
  await store.campaigns.save(bees(), null, 1);
  // The library that verifies goes by the real clock.
  clock = { now: Date.now() };
  parts = { store, vault, now: () => clock.now, random: () => 0, callOut: receiver.callOut };
});
afterEach(async () => {
  await store.close();
  await receiver.stop();
  rmSync(folder, { recursive: true });
});

async function add(id: string, address = receiver.url, events = 'campaign.launched'): Promise<void> {
  const box = vault.sealHook({ id, campaign: SLUG }, { address, secrets: [{ secret: SECRET, until: null }] });
  await store.hooks.add({ id, campaign: SLUG, box, events, addedAt: clock.now });
}
const owe = (id: string, hook: string) =>
  store.hooks.addDelivery({ id, hook, campaign: SLUG, event: 'hook.test', body: `{"n":"${id}"}`, at: clock.now });
async function deliver(deliveries = openDeliveries(parts)): Promise<void> {
  await deliveries.deliverDue();
  await deliveries.settled();
}
const latest = async (hook: string) => (await store.hooks.deliveries(hook, 1))[0];
const hookOf = async (id: string) => (await store.hooks.find(SLUG, id)) as Hook;
const ids = () => receiver.received.map(({ headers }) => headers['webhook-id']);
const verify = ({ body, headers }: Received, secret = SECRET) => new Webhook(secret).verify(body, headers);

test('what happens is told, signed as the specification says, and verified by its own library', async () => {
  await add('a');
  await store.campaigns.setState(SLUG, ['draft'], 'open', clock.now);
  await deliver();
  const [seen] = receiver.received as [Received];
  expect(verify(seen)).toEqual({
    type: 'campaign.launched',
    timestamp: new Date(clock.now).toISOString(),
    data: { campaign: SLUG, state: 'open' },
  });
  expect(() => verify({ ...seen, body: seen.body.replace('open', 'shut') })).toThrow();
  expect(() => verify(seen, `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toThrow();
  expect(seen).toMatchObject({ method: 'POST', path: '/told?token=s3cr3t' });
  expect(seen.headers['content-type']).toContain('application/json');
  expect(seen.headers['webhook-timestamp']).toBe(String(Math.floor(clock.now / 1000)));
  expect(await latest('a')).toMatchObject({ doneAt: clock.now, dueAt: null, attempts: 1, outcome: 'it answered 204' });
  await deliver();
  expect(receiver.received).toHaveLength(1);
});

test('what is not taken is tried again by the schedule, under the same id and signed anew', async () => {
  await add('a');
  await owe('m1', 'a');
  receiver.answers({ status: 500 });
  const began = clock.now;
  await deliver();
  expect(await hookOf('a')).toMatchObject({ failingSince: began });
  expect(await latest('a')).toMatchObject({ dueAt: began + 5000, outcome: 'it has a fault of its own (500)' });
  clock.now += 4999;
  await deliver();
  expect(receiver.received).toHaveLength(1);
  clock.now += 1;
  receiver.answers({ status: 200 });
  await deliver();
  expect(ids()).toEqual(['m1', 'm1']);
  const [first, second] = receiver.received as [Received, Received];
  expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  expect(verify(second)).toEqual({ n: 'm1' });
  expect(await hookOf('a')).toMatchObject({ failingSince: null });
  expect(await latest('a')).toMatchObject({ attempts: 2, outcome: 'it answered 200' });
});

test('a process that ends between the try and its note: the message comes back, with the same id', async () => {
  await add('a');
  await owe('m1', 'a');
  const dying = { ...store, hooks: { ...store.hooks, taken: () => Promise.reject(new Error('ended')) } };
  await deliver(openDeliveries({ ...parts, store: dying }));
  expect(await latest('a')).toMatchObject({ doneAt: null, attempts: 1 });
  clock.now += 59_999;
  await deliver();
  expect(ids()).toEqual(['m1']);
  clock.now += 1;
  await deliver();
  expect(ids()).toEqual(['m1', 'm1']);
  expect(await latest('a')).toMatchObject({ doneAt: clock.now, attempts: 2 });
});

test('of several processes one sends it', async () => {
  await add('a');
  await owe('m1', 'a');
  await Promise.all(Array.from({ length: 6 }, () => deliver()));
  expect(ids()).toEqual(['m1']);
});

test('an address that says it is gone is ended, what else was owed is not sent, and the campaign is told', async () => {
  await add('a');
  await owe('m1', 'a');
  await owe('m2', 'a');
  receiver.answers({ status: 410 });
  await deliver();
  await deliver();
  expect(receiver.received).toHaveLength(1);
  expect(await hookOf('a')).toMatchObject({ endedAt: clock.now });
  const all = await store.hooks.deliveries('a', 9);
  expect(all.map(({ dueAt, doneAt, outcome }) => [dueAt, doneAt, outcome])).toEqual(
    Array(2).fill([null, null, 'it says that it is gone (410)']),
  );
  expect(await store.notices.ofCampaign(SLUG)).toMatchObject([{ kind: 'unheard', recipient: '', n: 1 }]);
});

test('an address that takes nothing for five days is ended with the last try; one message more in between is not enough', async () => {
  await add('a');
  await owe('m1', 'a');
  receiver.answers({ status: 500 });
  const began = clock.now;
  for (let tries = 0; tries < 20 && !(await hookOf('a')).endedAt; tries += 1) {
    await deliver();
    clock.now = (await latest('a'))?.dueAt ?? clock.now;
  }
  expect(receiver.received).toHaveLength(12);
  const { endedAt } = await hookOf('a');
  expect((endedAt ?? 0) - began).toBeGreaterThan(5 * 24 * HOUR);
  expect(await store.notices.ofCampaign(SLUG)).toMatchObject([{ kind: 'unheard' }]);
});

test('an address that asks for quiet gets it, for all that is owed to it', async () => {
  await add('a');
  await owe('m1', 'a');
  await owe('m2', 'a');
  receiver.answers({ status: 429, headers: { 'retry-after': '3600' } });
  await deliver();
  clock.now += HOUR - 1;
  await deliver();
  expect(receiver.received).toHaveLength(1);
  receiver.answers({ status: 200 });
  clock.now += 1;
  await deliver();
  await deliver();
  expect(ids().slice(1).sort()).toEqual(['m1', 'm2']);
});

describe('one address is not in the way of another', () => {
  test('that does not answer: the other is told meanwhile, and no more than two calls are under way', async () => {
    await add('slow');
    await add('quick', receiver.url.replace('/told', '/quick'));
    for (const n of [1, 2, 3]) await owe(`s${n}`, 'slow');
    for (const n of [1, 2, 3]) await owe(`q${n}`, 'quick');
    let under = 0;
    let most = 0;
    let freed = () => {};
    const held = new Promise<void>((done) => {
      freed = done;
    });
    const counting: DeliverParts['callOut'] = async (address, headers, body) => {
      under += 1;
      most = Math.max(most, under);
      if (!address.includes('/quick')) await held;
      return receiver.callOut(address, headers, body).finally(() => {
        under -= 1;
      });
    };
    const deliveries = openDeliveries({ ...parts, callOut: counting });
    const end = Date.now() + 5000;
    while (receiver.received.length < 3 && Date.now() < end) {
      await deliveries.deliverDue();
      await new Promise((done) => setTimeout(done, 10));
    }
    expect(ids()).toEqual(['q1', 'q2', 'q3']);
    expect(most).toBe(2);
    freed();
    await deliveries.settled();
  });

  test('that fails: of two that do, one is called at a time, and a place is left for who is well', async () => {
    for (const id of ['bad', 'worse']) {
      await add(id);
      await owe(`${id}1`, id);
    }
    receiver.answers({ status: 500 });
    await deliver();
    expect(receiver.received).toHaveLength(2);
    receiver.received.length = 0;
    clock.now += 5000;
    await deliver();
    expect(receiver.received).toHaveLength(1);
  });
});

test('after a new secret both sign for a day, then the new one alone', async () => {
  await add('a');
  const hook = await hookOf('a');
  const next = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  const secrets = renewed([{ secret: SECRET, until: null }], next, clock.now);
  await store.hooks.setBox(hook, vault.sealHook(hook, { address: receiver.url, secrets }));
  await owe('m1', 'a');
  await deliver();
  const [both] = receiver.received as [Received];
  expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2);
  expect(verify(both)).toEqual(verify(both, next));
  clock.now += 24 * HOUR;
  await owe('m2', 'a');
  await deliver();
  expect(receiver.received[1]?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  let made = secrets;
  for (let n = 0; n < 9; n += 1) made = renewed(made, `${next}${n}`, clock.now - HOUR);
  expect(made).toHaveLength(4);
  expect(made.map(({ until }) => until === null)).toEqual([true, false, false, false]);
});

test('an address that this key does not open is not called, and says so', async () => {
  await store.hooks.add({ id: 'a', campaign: SLUG, box: Buffer.alloc(60), events: '', addedAt: 1 });
  await owe('m1', 'a');
  await deliver();
  expect((await latest('a'))?.outcome).toMatch(/cannot be opened/);
});

test('what cannot be sent for a reason nobody thought of is tried by the schedule too', async () => {
  await add('a');
  await owe('m1', 'a');
  const broken = () => Promise.reject(new TypeError('a header that cannot be'));
  await deliver(openDeliveries({ ...parts, callOut: broken }));
  expect(await latest('a')).toMatchObject({ outcome: 'it could not be sent', dueAt: clock.now + 5000 });
});

test('a row that was given another campaign’s name by whoever writes into the database is not opened', async () => {
  await add('a');
  const { box } = await hookOf('a');
  expect(vault.openHook({ id: 'a', campaign: SLUG, box })?.address).toBe(receiver.url);
  expect(vault.openHook({ id: 'a', campaign: 'another', box })).toBeNull();
  expect(vault.openHook({ id: 'b', campaign: SLUG, box })).toBeNull();
});
