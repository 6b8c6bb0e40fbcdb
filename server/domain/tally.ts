import { isAside } from './aside.ts';

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

function noCounts(): Counts {
  return Object.fromEntries([...COUNTERS, 'doubtful'].map((counter) => [counter, 0])) as Counts;
}

/** Adds up rows exactly, in all and by each of their sides. */
export function addUp(all: readonly Move[]): Tally {
  const rows = all.filter(({ source }) => !isAside(source));
  const total = noCounts();
  for (const row of rows) total[row.counter] += row.n;
  return {
    ...total,
    byCountry: by(rows, 'country').map(([country, counts]) => ({ country, ...counts })),
    byRecipient: by(rows, 'recipient').map(([recipient, counts]) => ({ recipient, ...counts })),
    byDay: by(rows, 'day').map(([day, counts]) => ({ day, ...counts })),
    bySource: by(rows, 'source').map(([source, counts]) => ({ source, ...counts })),
    aside: by(
      all.filter(({ source }) => isAside(source)),
      'source',
    ).map(([source, counts]) => ({ source, ...counts })),
  };
}

function by(rows: readonly Move[], side: 'country' | 'recipient' | 'day' | 'source'): [string, Counts][] {
  const groups = new Map<string, Counts>();
  for (const row of rows) {
    if (row[side] === '') continue;
    const counts = groups.get(row[side]) ?? noCounts();
    counts[row.counter] += row.n;
    groups.set(row[side], counts);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

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

function inSteps(n: number): PublicCount {
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
