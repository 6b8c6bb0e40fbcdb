import { setTimeout as sleep } from 'node:timers/promises';
import type { Reason } from '../domain/states.ts';
import { type Counter, type Move, rollUp } from '../domain/tally.ts';
import type { Store } from '../store/open.ts';

/** Rows say exactly how many there are now of these; of the others some have gone by, and only their count is left. */
const NOW: readonly Counter[] = ['pending', 'confirmed'];
const SINCE: readonly Counter[] = ['sent', 'bounced', 'failed'];
const COUNTED_AS: Record<string, Counter | undefined> = {
  ...{ ready: 'confirmed', held: 'confirmed', sent: 'sent', bounced: 'bounced', failed: 'failed' },
};

// What is compared is read one after the other, and a letter may move in between: only what stays is a difference.
const TRIES = 5;
const BETWEEN_MS = 200;

type Step = (done: number, total: number) => Promise<void>;

/**
 * Compares what is counted with the letters that still live: the tally with them, its sums with its cells, the queues
 * with the letters that wait, and what is said to be held with those that are. Gives each difference in a line, and
 * mends nothing. `step` is told after each office how far it is.
 */
export async function recount(store: Store, slug: string, step: Step = async () => {}): Promise<string[]> {
  let found = await differences(store, slug, step);
  for (let tries = 1; tries < TRIES && found.length > 0; tries += 1) {
    await sleep(BETWEEN_MS);
    const again = await differences(store, slug, step);
    found = found.filter((line) => again.includes(line));
  }
  return found;
}

type Numbers = Map<string, number>;

async function differences(store: Store, slug: string, step: Step): Promise<string[]> {
  const cells = await store.tally.read(slug);
  const sums = numbers(await store.living.sums(slug), ({ side, name, counter }) => [side, name, counter]);
  const waiting = (await store.queues.ofCampaign(slug)).map((each) => ({ ...each, n: each.arrived - each.gone }));
  const queues = numbers(waiting, ({ recipient }) => [recipient]);
  const holds = numbers(await store.holds.ofCampaign(slug), ({ recipient, reason }) => [recipient, reason]);
  const there = await living(store, slug, (done) => step(done, Math.max(done, queues.size)));
  const rolled = numbers(rollUp(cells), ({ side, name, counter }) => [side, name, counter]);
  return [
    ...compare(numbers(cells, cellOf), there.cells, tallyLine),
    ...compare(sums, rolled, (key, said, cells) =>
      said === cells ? null : `${bySide(key)}: the sums say ${said}, the tally ${cells}`,
    ),
    ...compare(queues, there.waiting, (key, said, rows) =>
      said === rows ? null : `waiting (${key}): the queue says ${said}, the rows ${rows}`,
    ),
    ...compare(holds, there.held, (key, said, rows) =>
      said === rows ? null : `held (${key.replace('\t', ', ')}): the count says ${said}, the rows ${rows}`,
    ),
  ];
}

/** What the rows add up to, office by office: each is one look of the database, however many letters there are. */
async function living({ living }: Store, slug: string, step: (done: number) => Promise<void>) {
  const found = { cells: new Map() as Numbers, waiting: new Map() as Numbers, held: new Map() as Numbers };
  for (const { recipients, ...row } of await living.submissions(slug)) {
    for (const recipient of recipients.split(' ')) {
      add(found.cells, cellOf({ ...row, recipient, counter: 'pending' }), row.n);
    }
  }
  let done = 0;
  let recipient = await living.officeAfter(slug, '');
  while (recipient !== null) {
    for (const { state, reason, ...row } of await living.letters(slug, recipient)) {
      const counter = COUNTED_AS[state];
      if (counter) add(found.cells, cellOf({ ...row, recipient, counter }), row.n);
      if (state === 'ready') add(found.waiting, [recipient], row.n);
      if (state === 'held') add(found.held, [recipient, reason ?? ('unsendable' satisfies Reason)], row.n);
    }
    done += 1;
    await step(done);
    recipient = await living.officeAfter(slug, recipient);
  }
  return found;
}

const cellOf = ({ counter, day, country, recipient, source }: Move) => [counter, day, country, recipient, source];

function add(to: Numbers, key: readonly string[], n: number): void {
  const joined = key.join('\t');
  to.set(joined, (to.get(joined) ?? 0) + n);
}

function numbers<Row extends { n: number }>(rows: readonly Row[], keyOf: (row: Row) => readonly string[]): Numbers {
  const all: Numbers = new Map();
  for (const row of rows) add(all, keyOf(row), row.n);
  return all;
}

type Line = (key: string, said: number, there: number) => string | null;

function compare(said: Numbers, there: Numbers, line: Line): string[] {
  const keys = [...new Set([...said.keys(), ...there.keys()])].sort();
  return keys.flatMap((key) => line(key, said.get(key) ?? 0, there.get(key) ?? 0) ?? []);
}

function tallyLine(key: string, tally: number, rows: number): string | null {
  const counter = key.split('\t', 1)[0] as Counter;
  const isNow = NOW.includes(counter);
  const isWrong = isNow ? tally !== rows : SINCE.includes(counter) && tally < rows;
  if (!isWrong && tally >= 0) return null;
  return `${inBrackets(key, 0, 1, 2, 3, 4)}: the tally says ${tally}, the rows ${isNow ? '' : 'at least '}${rows}`;
}

/** One part of a key, and the others that are not empty in brackets. */
function inBrackets(key: string, first: number, ...others: number[]): string {
  const parts = key.split('\t');
  return `${parts[first]} (${others.flatMap((i) => parts[i] || []).join(', ')})`;
}

function bySide(key: string): string {
  const [side, name, counter] = key.split('\t');
  return `${counter} by ${side}${name && ` ${name}`}`;
}
