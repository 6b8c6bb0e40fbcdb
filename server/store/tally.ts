import { type Month, monthAfter } from '../domain/months.ts';
import { type Move, rollUp, type Side, type Sum, type Tally, tallyOf } from '../domain/tally.ts';
import type { Connection, Prepared, Statement } from './connection.ts';
import { and, eq, gte, inArray, lt, sql } from './drizzle.ts';

const PLAIN: Side[] = ['all', 'day', 'country', 'recipient', 'source', 'aside'];
const MONTHLY = ['month-country', 'month-recipient'];
/** So many sums are added by one statement. */
const MOST_ROWS = 40;

/** The tally: how many, by campaign, day, country, office, source and counter. */
export function tallyVerbs({ db, tables: t, prepare, atomically }: Connection) {
  const p = sql.placeholder;
  const read = prepare(
    db
      .select()
      .from(t.tally)
      .where(eq(t.tally.campaign, p('campaign'))),
  );
  const move = prepare(
    db
      .insert(t.tally)
      .values({
        campaign: p('campaign'),
        day: p('day'),
        country: p('country'),
        recipient: p('recipient'),
        source: p('source'),
        counter: p('counter'),
        n: p('n'),
      })
      .onConflictDoUpdate({
        target: [t.tally.campaign, t.tally.day, t.tally.country, t.tally.recipient, t.tally.source, t.tally.counter],
        set: { n: sql`${t.tally.n} + excluded.n` },
      }),
  );

  const sums = t.tallySums;
  const readSums = prepare(
    db
      .select({ side: sums.side, name: sums.name, counter: sums.counter, n: sums.n })
      .from(sums)
      .where(and(eq(sums.campaign, p('campaign')), inArray(sums.side, PLAIN))),
  );
  const readMonths = prepare(
    db
      .select({ side: sums.side, name: sums.name, counter: sums.counter, n: sums.n })
      .from(sums)
      .where(
        and(
          ...[eq(sums.campaign, p('campaign')), inArray(sums.side, ['day', ...MONTHLY])],
          ...[gte(sums.name, p('from')), lt(sums.name, p('before'))],
        ),
      ),
  );
  const readSide = prepare(
    db
      .select({ side: sums.side, name: sums.name, counter: sums.counter, n: sums.n })
      .from(sums)
      .where(and(eq(sums.campaign, p('campaign')), eq(sums.side, p('side')))),
  );
  /** By how many rows they add: one statement for all sums of a transaction saves its way to the database. */
  const adding = new Map<number, Prepared>();
  function addingSums(rows: number): Prepared {
    const known = adding.get(rows);
    if (known) return known;
    const row = (i: number) => ({
      ...{
        campaign: p('campaign'),
        side: p(`side${i}`),
        name: p(`name${i}`),
        counter: p(`counter${i}`),
        n: p(`n${i}`),
      },
    });
    const write = prepare(
      db
        .insert(sums)
        .values(Array.from({ length: rows }, (_, i) => row(i)))
        .onConflictDoUpdate({
          target: [sums.campaign, sums.side, sums.name, sums.counter],
          set: { n: sql`${sums.n} + excluded.n` },
        }),
    );
    adding.set(rows, write);
    return write;
  }
  function sumStatements(campaign: string, rows: readonly Sum[]): Statement[] {
    const statements: Statement[] = [];
    for (let from = 0; from < rows.length; from += MOST_ROWS) {
      const part = rows.slice(from, from + MOST_ROWS);
      const values = part.flatMap(({ side, name, counter, n }, i) => [
        ...[[`side${i}`, side] as const, [`name${i}`, name] as const, [`counter${i}`, counter] as const],
        [`n${i}`, n] as const,
      ]);
      statements.push({ write: addingSums(part.length), values: { campaign, ...Object.fromEntries(values) } });
    }
    return statements;
  }

  const key = (m: Move) => `${m.day} ${m.country} ${m.recipient} ${m.source} ${m.counter}`;
  /**
   * The moves as statements, and those of the sums after them, to stand in the transaction that changes the state;
   * always in one order, so that none wait in a ring.
   */
  const statements = (campaign: string, moves: readonly Move[]): Statement[] => [
    ...[...moves]
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
      .map((each) => ({ write: move, values: { campaign, ...each } })),
    ...sumStatements(campaign, rollUp(moves)),
  ];

  return {
    statements,

    /** Moves counters that belong to no state: a draft was opened. */
    async move(campaign: string, moves: readonly Move[]): Promise<void> {
      await atomically(statements(campaign, moves));
    },

    /** Every cell: their number grows with the letters, until each day, country and office has its own. */
    async read(campaign: string): Promise<Move[]> {
      return (await read.execute({ campaign })) as Move[];
    },

    /** The tally, rolled up; of the sides that are named, or of all. */
    async sums(campaign: string, ...sides: Side[]): Promise<Tally> {
      const queries = sides.map((side) => readSide.execute({ campaign, side }));
      const rows = sides.length > 0 ? await Promise.all(queries) : [await readSums.execute({ campaign })];
      return tallyOf(rows.flat() as Sum[]);
    },

    /** The sums of some months, both of them too: of their days, countries and offices. */
    async months(campaign: string, from: Month, to: Month): Promise<Sum[]> {
      return (await readMonths.execute({ campaign, from, before: monthAfter(to, 1) })) as Sum[];
    },
  };
}
export type TallyVerbs = ReturnType<typeof tallyVerbs>;
