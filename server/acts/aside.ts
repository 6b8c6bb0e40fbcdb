import { asideSource, type Condition, isMeant } from '../domain/aside.ts';
import { type Cell, dayOf, type Move } from '../domain/tally.ts';
import { Lost } from '../store/connection.ts';
import type { Letter } from '../store/letters.ts';
import type { Store } from '../store/open.ts';
import { counterOf, settlement } from './settle.ts';

const DAY = 24 * 3_600_000;
/** Of days longer ago no letter is left, only its number: letters are forgotten a week after they ended. */
const FORGOTTEN_AFTER = 8 * DAY;

/** How many were, or would be, taken out or put back: letters, of them those that wait, and persons. */
export type Taken = { letters: number; waiting: number; pending: number; people: number };

type Step = (done: number, total: number) => Promise<void>;

/** The id of the record that comes next: they are numbered from 1. */
export async function nextAside(store: Store, campaign: string): Promise<string> {
  return String((await store.asides.all(campaign)).length + 1);
}

/** What a condition would take out now. */
export async function wouldTake(store: Store, campaign: string, condition: Condition): Promise<Taken> {
  const meant = (await store.tally.read(campaign)).filter((cell) => isMeant(condition, cell));
  const sum = (...counters: string[]) =>
    meant.filter(({ counter }) => counters.includes(counter)).reduce((total, { n }) => total + n, 0);
  return {
    letters: sum('confirmed', 'sent', 'bounced', 'failed'),
    waiting: sum('confirmed'),
    pending: sum('pending'),
    people: sum('people'),
  };
}

/**
 * Takes letters out of the count and holds those that wait, under a record that says why. Each letter moves by itself;
 * what is broken off is gone on with by doing the same again. The id of the record puts all of it back.
 */
export async function setAside(
  store: Store,
  campaign: string,
  condition: Condition,
  { id, why, now }: { id: string; why: string; now: number },
  step: Step = async () => {},
): Promise<void> {
  const to = asideSource(id);
  await store.asides.add({ campaign, id, condition: JSON.stringify(condition), why, at: now });
  const { letters, pending } = await store.asides.under(campaign, condition.source);
  const meant = letters.filter((each) => isMeant(condition, each));
  for (const [i, row] of meant.entries()) {
    await step(i, meant.length);
    await recounted(store, row, to);
    if (row.state === 'ready') await held(store, { ...row, source: to }, now);
  }
  for (const row of pending.filter((each) => isMeant(condition, each))) await recountPending(store, row, to);
  const oldest = dayOf(now - FORGOTTEN_AFTER);
  // Persons are counted on the day they confirmed and never moved; of letters only the old ones are numbers alone.
  await moveCells(
    store,
    campaign,
    to,
    (cell) => isMeant(condition, cell) && (cell.counter === 'people' || cell.day <= oldest),
  );
}

/** Puts back what one record took out; what it held goes to the end of its queue. */
export async function putBack(
  store: Store,
  campaign: string,
  id: string,
  now: number,
  step: Step = async () => {},
): Promise<void> {
  const from = asideSource(id);
  const record = (await store.asides.all(campaign)).find((each) => each.id === id);
  const { source } = JSON.parse(record?.condition ?? '{}') as Condition;
  const { letters, pending } = await store.asides.under(campaign, from);
  for (const [i, row] of letters.entries()) {
    await step(i, letters.length);
    await recounted(store, row, source);
    if (row.state === 'held' && row.reason === 'set-aside')
      await store.letters.release({ ...row, source }, now).catch(unlessLost);
  }
  for (const row of pending) await recountPending(store, row, source);
  await moveCells(store, campaign, source, (cell) => cell.source === from);
  await store.asides.putBack(campaign, id, now);
}

async function recounted(store: Store, row: Letter, to: string): Promise<void> {
  const counter = counterOf(row.state);
  const { day, country, recipient, source } = row;
  const cell = { day, country, recipient };
  const moves: Move[] = counter
    ? [
        { ...cell, source, counter, n: -1 },
        { ...cell, source: to, counter, n: 1 },
      ]
    : [];
  await store.asides.recountLetter(row, to, moves).catch(unlessLost);
}

async function held(store: Store, row: Letter, now: number): Promise<void> {
  const { next, moves } = settlement(row, 'held', now, { box: row, reason: 'set-aside' });
  await store.letters.move(row, next, moves).catch(unlessLost);
}

async function recountPending(store: Store, row: Parameters<Store['asides']['recountSubmission']>[0], to: string) {
  const { day, country, source } = row;
  const moves = row.recipients.split(' ').flatMap((recipient): Move[] => [
    { day, country, recipient, source, counter: 'pending', n: -1 },
    { day, country, recipient, source: to, counter: 'pending', n: 1 },
  ]);
  await store.asides.recountSubmission(row, to, moves).catch(unlessLost);
}

async function moveCells(store: Store, campaign: string, to: string, isMoved: (cell: Cell) => boolean): Promise<void> {
  const counted = ['sent', 'bounced', 'failed', 'people', 'doubtful'];
  const cells = (await store.tally.read(campaign)).filter((each) => each.n !== 0 && isMoved(each));
  const moves = cells
    .filter(({ counter }) => counted.includes(counter))
    .flatMap((cell) => [
      { ...cell, n: -cell.n },
      { ...cell, source: to },
    ]);
  await store.tally.move(campaign, moves);
}

/** It moved on in the meantime: whoever does the same again finds it where it is then. */
function unlessLost(error: unknown): void {
  if (!(error instanceof Lost)) throw error;
}
