import { setTimeout as sleep } from 'node:timers/promises';
import type { Counter, Move } from '../domain/tally.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

/** Rows say exactly how many there are now of these; of the others some have gone by, and only their count is left. */
const NOW: readonly Counter[] = ['pending', 'confirmed'];
const SINCE: readonly Counter[] = ['sent', 'bounced', 'failed'];

// The two are read one after the other, and a letter may move in between: only what stays is a difference.
const TRIES = 5;
const BETWEEN_MS = 200;

/** `recount SLUG`: compares the tally with the letters that still live. */
export async function recount(bench: Bench, slug: string): Promise<void> {
  await campaignNamed(bench, slug);
  let found = await differences(bench, slug);
  for (let tries = 1; tries < TRIES && found.length > 0; tries += 1) {
    await sleep(BETWEEN_MS);
    const again = await differences(bench, slug);
    found = found.filter((line) => again.includes(line));
  }
  if (found.length > 0) throw new Refused(...found);
  bench.say('the tally and the rows agree');
}

async function differences({ store }: Bench, slug: string): Promise<string[]> {
  const counted = sums(await store.tally.read(slug));
  const living = sums(await store.tally.live(slug));
  const cells = new Set([...counted.keys(), ...living.keys()]);
  return [
    ...[...cells].sort().flatMap((cell) => difference(cell, counted.get(cell) ?? 0, living.get(cell) ?? 0)),
    ...(await queueDifferences(store, slug)),
  ];
}

/** What the queues say waits, against the letters that do. */
async function queueDifferences(store: Bench['store'], slug: string): Promise<string[]> {
  const rows = await store.letters.waiting(slug);
  const queues = new Map(
    (await store.queues.ofCampaign(slug)).map((each) => [each.recipient, each.arrived - each.gone]),
  );
  const offices = new Set([...rows.keys(), ...queues.keys()]);
  return [...offices].sort().flatMap((office) => {
    const [said, there] = [queues.get(office) ?? 0, rows.get(office) ?? 0];
    return said === there ? [] : [`waiting (${office}): the queue says ${said}, the rows ${there}`];
  });
}

function difference(cell: string, tally: number, rows: number): string[] {
  const [counter, ...place] = cell.split('\t');
  const isNow = NOW.includes(counter as Counter);
  const wrong = isNow ? tally !== rows : SINCE.includes(counter as Counter) && tally < rows;
  if (!wrong && tally >= 0) return [];
  const where = place.filter((side) => side !== '').join(', ');
  return [`${counter} (${where}): the tally says ${tally}, the rows ${isNow ? '' : 'at least '}${rows}`];
}

function sums(moves: readonly Move[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { counter, day, country, recipient, source, n } of moves) {
    const cell = [counter, day, country, recipient, source].join('\t');
    sums.set(cell, (sums.get(cell) ?? 0) + n);
  }
  return sums;
}
