import type { Move } from '../domain/tally.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, inArray, sql } from './drizzle.ts';

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

  const key = (m: Move) => `${m.day} ${m.country} ${m.recipient} ${m.source} ${m.counter}`;
  /** The moves as statements, to stand in the transaction that changes the state; always in one order, so that none wait in a ring. */
  const statements = (campaign: string, moves: readonly Move[]): Statement[] =>
    [...moves]
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
      .map((each) => ({ write: move, values: { campaign, ...each } }));

  return {
    statements,

    /** Moves counters that belong to no state: a draft was opened. */
    async move(campaign: string, moves: readonly Move[]): Promise<void> {
      await atomically(statements(campaign, moves));
    },

    async read(campaign: string): Promise<Move[]> {
      return (await read.execute({ campaign })) as Move[];
    },

    /** What the rows that still live add up to, as moves: for `recount` alone, which may count rows. */
    async live(campaign: string): Promise<Move[]> {
      const waiting = await db
        .select()
        .from(t.submissions)
        .where(and(eq(t.submissions.campaign, campaign), inArray(t.submissions.state, ['new', 'pending'])));
      const letters = await db
        .select({
          state: t.letters.state,
          day: t.letters.day,
          country: t.letters.country,
          recipient: t.letters.recipient,
          source: t.letters.source,
        })
        .from(t.letters)
        .where(eq(t.letters.campaign, campaign));
      const cell = ({ day, country, source }: { day: string; country: string; source: string }) => ({
        day,
        country,
        source,
        n: 1,
      });
      const pending = waiting.flatMap((row) =>
        row.recipients.split(' ').map((recipient) => ({ ...cell(row), recipient, counter: 'pending' as const })),
      );
      const counters = {
        ready: 'confirmed',
        held: 'confirmed',
        sent: 'sent',
        bounced: 'bounced',
        failed: 'failed',
      } as const;
      const moved = letters.flatMap((row) => {
        const counter = counters[row.state as keyof typeof counters];
        return counter ? [{ ...cell(row), recipient: row.recipient, counter }] : [];
      });
      return [...pending, ...moved];
    },
  };
}
export type TallyVerbs = ReturnType<typeof tallyVerbs>;
