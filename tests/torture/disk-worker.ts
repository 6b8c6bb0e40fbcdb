/*
 * Does one thing after the other with databases whose disk misbehaves, each told by a line of JSON, and says aloud what
 * it acknowledges at the moment it does: `ack submit HANDLE`, `ack confirm STATUS_TOKEN`, `taken LETTER` (a mail server
 * has it), `ack send LETTER`; then `done CALLS`.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { confirm } from '../../server/acts/confirm.ts';
import { submit } from '../../server/acts/submit.ts';
import { openRegister } from '../../server/campaigns/register.ts';
import { sendLetter } from '../../server/outbox/letters.ts';
import type { Parts } from '../../server/parts.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { COMMON, partsOn, ROOT, SLUG } from './disk-bench.ts';

export type Order = {
  file: string;
  act: 'submit' | 'confirm' | 'send' | 'open';
  tokens: string[];
  n: number;
  fault: { k: number; errno: number; persistent: boolean } | null;
  /** Acknowledges before it is committed, for a control. */
  hasty?: boolean;
  /** Is killed in the end, before it can close its database. */
  abrupt?: boolean;
};

const orders = process.env.TORTURE_ORDERS ? openSync(process.env.TORTURE_ORDERS, 'r+') : null;
// At once and whole: what has been said stays said when the process is killed.
const say = (line: string) => writeSync(1, `${line}\n`);

/** Tells the disk to misbehave from now on, or no more. Gives how many calls there were. */
function arm(fault: Order['fault'], isArmed: boolean): number {
  if (orders === null) return 0;
  const page = new Int32Array(5);
  readSync(orders, page, 0, 20, 0);
  const calls = page[4] ?? 0;
  const { k, errno, persistent } = fault ?? { k: 0, errno: 0, persistent: false };
  page.set([isArmed ? 1 : 0, k, errno, persistent ? 1 : 0, isArmed ? 0 : calls]);
  writeSync(orders, page, 0, 20, 0);
  return calls;
}

const ignore = () => {};

function hasty(store: Store): Store {
  const early = async (done: Promise<void>) => void done.catch(ignore);
  const { submissions } = store;
  return { ...store, submissions: { ...submissions, add: (...args) => early(submissions.add(...args)) } };
}

/** People write, all at once. */
async function write(parts: Parts, n: number, who: string): Promise<void> {
  const campaign = parts.campaigns.get(SLUG);
  if (!campaign) throw new Error('the campaign is not open');
  const one = async (i: number) => {
    const fields = { name: `Person ${i}`, email: `${who}${i}@post.example` };
    const { handle } = await submit(parts, campaign, { country: 'IE', lang: 'en', fields });
    say(`ack submit ${handle}`);
  };
  await Promise.all(Array.from({ length: n }, (_, i) => one(i).catch(ignore)));
}

async function agree(parts: Parts, tokens: string[]): Promise<void> {
  const one = async (token: string) => {
    for (const { statusToken } of (await confirm(parts, { token })).letters) say(`ack confirm ${statusToken}`);
  };
  await Promise.all(tokens.map((token) => one(token).catch(ignore)));
}

/** Sends what is ready; the mail server of this world takes everything. */
async function send(parts: Parts, n: number): Promise<void> {
  const deliver: Parts['mailers']['deliver'] = async (_campaign, _submission, mail, beforeDot = async () => {}) => {
    await beforeDot();
    say(`taken ${mail.messageId.slice(1, 33)}`);
    return { answer: '250 taken' };
  };
  const sending = { ...parts, mailers: { ...parts.mailers, deliver } };
  for (const queue of await parts.store.queues.due(parts.now(), 20)) {
    const letters = await parts.store.letters.claim(queue, parts.now(), parts.now() + 60_000, n);
    const one = async (letter: (typeof letters)[number]) => {
      if ((await sendLetter(sending, letter, false)) === 'spoke') say(`ack send ${letter.id}`);
    };
    await Promise.all(letters.map((letter) => one(letter).catch(ignore)));
  }
}

async function obey(order: Order): Promise<void> {
  const { file, act, fault, abrupt } = order;
  say('begun');
  if (act === 'open') arm(fault, true);
  const store = await openStore(`file:${file}`, ROOT).catch(() => null);
  if (store) await onStore(store, order);
  // The last one to close a database writes back what its journal holds.
  if (!abrupt) await store?.close().catch(ignore);
  say(`done ${arm(null, false)}`);
  if (abrupt) process.kill(process.pid, 'SIGKILL');
}

async function onStore(opened: Store, { file, act, tokens, n, fault, hasty: isHasty }: Order): Promise<void> {
  if (act === 'open') {
    say('ack open');
    return;
  }
  const campaigns = await openRegister(opened, COMMON.world, 60_000);
  const parts = { ...partsOn(isHasty ? hasty(opened) : opened, file), campaigns };
  arm(fault, true);
  if (act === 'submit') await write(parts, n, 'new');
  if (act === 'confirm') await agree(parts, tokens);
  if (act === 'send') await send(parts, n).catch(ignore);
  // The same connection goes on, over whatever the failure left behind.
  await write(parts, 1, 'next');
  campaigns.close();
}

for await (const line of createInterface({ input: process.stdin })) await obey(JSON.parse(line));
if (orders !== null) closeSync(orders);
