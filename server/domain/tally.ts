import { isAside } from './aside.ts';
import { monthOf } from './months.ts';

/** What is counted, in the order a letter lives; the catalogue defines each for readers (`tally.<counter>`). */
export const COUNTERS = ['prepared', 'said', 'pending', 'confirmed', 'sent', 'bounced', 'failed', 'people'] as const;
/** Counted beside them, for campaigners only: tries after which a letter may have arrived though nobody said so. */
export type Counter = (typeof COUNTERS)[number] | 'doubtful';

/** Pending and confirmed say how many there are now, so they fall as well as rise; the others only rise, but for sent when a letter bounces. */
export type Cell = { day: string; country: string; recipient: string; source: string; counter: Counter };
export type Move = Cell & { n: number };
export type Counts = Record<Counter, number>;

export type Tally = Counts & {
  byCountry: (Counts & { country: string })[];
  byRecipient: (Counts & { recipient: string })[];
  byDay: (Counts & { day: string })[];
  bySource: (Counts & { source: string })[];
  /** What was taken out of the count, by the source of its record; in none of the others. */
  aside: (Counts & { source: string })[];
};

/** UTC day of a moment (ms since 1970), as the tally's rows have it. */
export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** One side of the tally: all of it, a day, a country, an office, a source; or what one record took out of the count. */
export type Side = 'source' | 'recipient' | 'country' | 'day' | 'all' | 'aside';
/** Two sides at once, for reports: the month (YYYY-MM), a space, and the country or office. */
export type MonthSide = 'month-country' | 'month-recipient';
/** How many stand under one counter on one side; `name` says which day, country and so on. */
export type Sum = { side: Side | MonthSide; name: string; counter: Counter; n: number };

const SIDES = ['source', 'recipient', 'country', 'day'] as const;
/** What everybody moves stands last, so that it is locked for the shortest time. */
const ORDER: readonly Sum['side'][] = ['aside', 'month-country', 'month-recipient', ...SIDES, 'all'];

/** What cells, or their moves, add up to on each side; always in one order. What adds up to nothing is left out. */
export function rollUp(cells: readonly Move[]): Sum[] {
  const sums = new Map<string, Sum>();
  const add = (side: Sum['side'], name: string, { counter, n }: Move) => {
    const key = `${ORDER.indexOf(side)} ${name} ${counter}`;
    const sum = sums.get(key) ?? { side, name, counter, n: 0 };
    sum.n += n;
    sums.set(key, sum);
  };
  for (const cell of cells) {
    if (isAside(cell.source)) {
      add('aside', cell.source, cell);
      continue;
    }
    add('all', '', cell);
    for (const side of SIDES) if (cell[side] !== '') add(side, cell[side], cell);
    for (const side of ['country', 'recipient'] as const)
      if (cell[side] !== '') add(`month-${side}`, `${monthOf(cell.day)} ${cell[side]}`, cell);
  }
  return [...sums]
    .filter(([, { n }]) => n !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => sum);
}

function noCounts(): Counts {
  return Object.fromEntries([...COUNTERS, 'doubtful'].map((counter) => [counter, 0])) as Counts;
}

/** The tally out of its sums; those of months have no place in it. */
export function tallyOf(sums: readonly Sum[]): Tally {
  const total = noCounts();
  const sides: Record<Side, Map<string, Counts>> = {
    ...{ all: new Map([['', total]]), day: new Map(), country: new Map() },
    ...{ recipient: new Map(), source: new Map(), aside: new Map() },
  };
  for (const { side, name, counter, n } of sums) {
    if (side === 'month-country' || side === 'month-recipient') continue;
    const counts = sides[side].get(name) ?? noCounts();
    counts[counter] += n;
    sides[side].set(name, counts);
  }
  const sorted = (side: Side) => [...sides[side]].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...total,
    byCountry: sorted('country').map(([country, counts]) => ({ country, ...counts })),
    byRecipient: sorted('recipient').map(([recipient, counts]) => ({ recipient, ...counts })),
    byDay: sorted('day').map(([day, counts]) => ({ day, ...counts })),
    bySource: sorted('source').map(([source, counts]) => ({ source, ...counts })),
    aside: sorted('aside').map(([source, counts]) => ({ source, ...counts })),
  };
}

/** Adds up cells exactly, in all and by each of their sides. */
export const addUp = (cells: readonly Move[]): Tally => tallyOf(rollUp(cells));

/** The public tally moves in steps of this many, and anything below one step is hidden. */
export const STEP = 10;

export type PublicCount = number | null;
export type PublicTally = Record<(typeof COUNTERS)[number], PublicCount> & {
  byCountry: { country: string; prepared: PublicCount; sent: PublicCount; bounced: PublicCount }[];
  byDay: { day: string; prepared: PublicCount; sent: PublicCount; bounced: PublicCount }[];
};

/**
 * What everybody may see: whole steps of {@link STEP} only, `null` below one, in all, by country and by day.
 * Every number shown is cut down to a step, so no difference between two of them gives a hidden one.
 */
export function publicTally(tally: Tally): PublicTally {
  const total = Object.fromEntries(COUNTERS.map((counter) => [counter, inSteps(tally[counter])])) as Record<
    (typeof COUNTERS)[number],
    PublicCount
  >;
  const parts = (counts: Counts) => ({
    prepared: inSteps(counts.prepared),
    sent: inSteps(counts.sent),
    bounced: inSteps(counts.bounced),
  });
  return {
    ...total,
    byCountry: tally.byCountry.map((row) => ({ country: row.country, ...parts(row) })).filter(isSeen),
    byDay: tally.byDay.map((row) => ({ day: row.day, ...parts(row) })).filter(isSeen),
  };
}

/** Cut down to a whole step; null below one. */
export function inSteps(n: number): PublicCount {
  return n < STEP ? null : n - (n % STEP);
}

/** A row that is hidden throughout is left out: that a country appears at all would tell that somebody there wrote. */
function isSeen(row: { prepared: PublicCount; sent: PublicCount; bounced: PublicCount }): boolean {
  return row.prepared !== null || row.sent !== null || row.bounced !== null;
}

/** What each counter counts, for campaigners. */
export const DEFINITIONS: Record<(typeof COUNTERS)[number], string> = {
  prepared: 'drafts that were opened',
  said: 'drafts of which the citizen says: I sent it',
  pending: 'letters that now wait for the citizen to confirm them',
  confirmed: 'letters confirmed that no mail server has accepted yet, held ones among them',
  sent: 'letters that the mail server which carries them accepted, and that have not come back',
  bounced: 'letters that came back afterwards',
  failed: 'letters given up',
  people: 'different persons who confirmed a letter',
};
