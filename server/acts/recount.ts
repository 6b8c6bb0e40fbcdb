import { setTimeout as sleep } from 'node:timers/promises';
import { type Counter, type Move, rollUp, type Sum } from '../domain/tally.ts';
import type { Store } from '../store/open.ts';

/** Rows say exactly how many there are now of these; of the others some have gone by, and only their count is left. */
const NOW: readonly Counter[] = ['pending', 'confirmed'];
const SINCE: readonly Counter[] = ['sent', 'bounced', 'failed'];

// What is compared is read one after the other, and a letter may move in between: only what stays is a difference.
const TRIES = 5;
const BETWEEN_MS = 200;

type Step = (done: number, total: number) => Promise<void>;

/**
 * Compares what a campaign counts with the letters that still live: the tally, its sums, the queues, and how many are held.
 * Gives a sentence for each difference; nothing is changed.
 */
export async function recount(store: Store, slug: string, step: Step = async () => {}): Promise<string[]> {
  let found = await differences(store, slug);
  for (let tries = 1; tries < TRIES && found.length > 0; tries += 1) {
    await step(tries, TRIES);
    await sleep(BETWEEN_MS);
    const again = await differences(store, slug);
    found = found.filter((line) => again.includes(line));
  }
  return found;
}

async function differences(store: Store, slug: string): Promise<string[]> {
  const cells = await store.tally.read(slug);
  return [
    ...cellDifferences(cells, await store.tally.live(slug)),
    ...sumDifferences(rollUp(cells), await store.tally.allSums(slug)),
    ...apart('waiting', 'the queue', await store.letters.waiting(slug), await waitingIn(store, slug)),
    ...apart('held', 'the count', await store.letters.heldNow(slug), await heldIn(store, slug)),
  ];
}

function cellDifferences(cells: readonly Move[], rows: readonly Move[]): string[] {
  const [counted, living] = [summed(cells), summed(rows)];
  const all = new Set([...counted.keys(), ...living.keys()]);
  return [...all].sort().flatMap((cell) => difference(cell, counted.get(cell) ?? 0, living.get(cell) ?? 0));
}

function difference(cell: string, tally: number, rows: number): string[] {
  const [counter, ...place] = cell.split('\t');
  const isNow = NOW.includes(counter as Counter);
  const wrong = isNow ? tally !== rows : SINCE.includes(counter as Counter) && tally < rows;
  if (!wrong && tally >= 0) return [];
  const where = place.filter((side) => side !== '').join(', ');
  return [`${counter} (${where}): the tally says ${tally}, the rows ${isNow ? '' : 'at least '}${rows}`];
}

function summed(moves: readonly Move[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { counter, day, country, recipient, source, n } of moves) {
    const cell = [counter, day, country, recipient, source].join('\t');
    sums.set(cell, (sums.get(cell) ?? 0) + n);
  }
  return sums;
}

function sumDifferences(cells: readonly Sum[], sums: readonly Sum[]): string[] {
  const named = (all: readonly Sum[]) =>
    new Map(all.map(({ side, name, counter, n }) => [`${counter} by ${side}${name && ` ${name}`}`, n]));
  const [counted, kept] = [named(cells), named(sums)];
  return [...new Set([...counted.keys(), ...kept.keys()])]
    .filter((each) => (counted.get(each) ?? 0) !== (kept.get(each) ?? 0))
    .sort()
    .map((each) => `${each}: the sums say ${kept.get(each) ?? 0}, the tally ${counted.get(each) ?? 0}`);
}

async function waitingIn(store: Store, slug: string): Promise<Map<string, number>> {
  const queues = await store.queues.ofCampaign(slug);
  return new Map(queues.map(({ recipient, arrived, gone }) => [recipient, arrived - gone]));
}

async function heldIn(store: Store, slug: string): Promise<Map<string, number>> {
  const holds = await store.holds.ofCampaign(slug);
  return new Map(holds.map(({ recipient, reason, n }) => [`${recipient}, ${reason}`, n]));
}

/** Where two counts of the same thing are apart. */
function apart(what: string, who: string, rows: Map<string, number>, said: Map<string, number>): string[] {
  return [...new Set([...rows.keys(), ...said.keys()])]
    .filter((each) => (said.get(each) ?? 0) !== (rows.get(each) ?? 0))
    .sort()
    .map((each) => `${what} (${each}): ${who} says ${said.get(each) ?? 0}, the rows ${rows.get(each) ?? 0}`);
}
