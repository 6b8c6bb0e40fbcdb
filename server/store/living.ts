import type { LetterState, Reason } from '../domain/states.ts';
import type { Sum } from '../domain/tally.ts';
import type { Connection } from './connection.ts';
import { and, asc, eq, gt, inArray, sql } from './drizzle.ts';

/** How many letters of one office are the same in all that is counted. */
export type LivingLetters = {
  state: LetterState;
  reason: Reason | null;
  day: string;
  country: string;
  source: string;
  n: number;
};
/** How many submissions that wait for their sender are the same in all that is counted; `recipients` by spaces. */
export type LivingSubmissions = { day: string; country: string; source: string; recipients: string; n: number };

/** What there really is, counted row by row: for the recount alone. No page and no act may use it. */
export function livingVerbs({ db, tables: t, prepare }: Connection) {
  const p = sql.placeholder;
  const n = sql<number>`count(*)`;
  const office = prepare(
    db
      .select({ recipient: t.letters.recipient })
      .from(t.letters)
      .where(and(eq(t.letters.campaign, p('campaign')), gt(t.letters.recipient, p('after'))))
      .orderBy(asc(t.letters.recipient))
      .limit(1),
  );
  const { state, reason, day, country, source } = t.letters;
  const letters = prepare(
    db
      .select({ state, reason, day, country, source, n })
      .from(t.letters)
      .where(and(eq(t.letters.campaign, p('campaign')), eq(t.letters.recipient, p('recipient'))))
      .groupBy(state, reason, day, country, source),
  );
  const s = t.submissions;
  const submissions = prepare(
    db
      .select({ day: s.day, country: s.country, source: s.source, recipients: s.recipients, n })
      .from(s)
      .where(and(eq(s.campaign, p('campaign')), inArray(s.state, ['new', 'pending'])))
      .groupBy(s.day, s.country, s.source, s.recipients),
  );
  const { side, name, counter } = t.tallySums;
  const sums = prepare(
    db
      .select({ side, name, counter, n: t.tallySums.n })
      .from(t.tallySums)
      .where(eq(t.tallySums.campaign, p('campaign'))),
  );
  // PostgreSQL counts in numbers that may be larger than a driver gives as such.
  const counted = <Row>(rows: unknown) =>
    (rows as Row[]).map((row) => ({ ...row, n: Number((row as { n: unknown }).n) }));

  return {
    /** The next office after another by its name that has letters, of whatever state; null after the last. */
    async officeAfter(campaign: string, after: string): Promise<string | null> {
      return (await office.execute({ campaign, after }))[0]?.recipient ?? null;
    },
    async letters(campaign: string, recipient: string): Promise<LivingLetters[]> {
      return counted<LivingLetters>(await letters.execute({ campaign, recipient }));
    },
    async submissions(campaign: string): Promise<LivingSubmissions[]> {
      return counted<LivingSubmissions>(await submissions.execute({ campaign }));
    },
    /** The sums as they stand, which must be what the cells add up to. */
    async sums(campaign: string): Promise<Sum[]> {
      return counted<Sum>(await sums.execute({ campaign }));
    },
  };
}
