import type { LetterState } from '../domain/states.ts';
import type { Move } from '../domain/tally.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, inArray, lte, ne, sql } from './drizzle.ts';
import type { TallyVerbs } from './tally.ts';

export type Letter = {
  id: string;
  submission: string;
  state: LetterState;
  campaign: string;
  country: string;
  source: string;
  recipient: string;
  statusHash: Buffer;
  box: Buffer | null;
  day: string;
  dueAt: number;
  attempts: number;
  firstTriedAt: number | null;
  changedAt: number;
};
export type NewLetter = Omit<Letter, 'state' | 'attempts' | 'firstTriedAt'>;

/** What a worker found: the state the letter goes to, and what is kept of it. */
export type Settlement = { state: LetterState; box: Buffer | null; day: string; now: number };

/** Letters, from the confirmation until nothing of them is left. */
export function letterVerbs(connection: Connection, tally: TallyVerbs) {
  const { db, tables, prepare, atomically } = connection;
  const t = tables.letters;
  const p = sql.placeholder;
  const columns = Object.fromEntries(
    [
      'id',
      'submission',
      'campaign',
      'country',
      'source',
      'recipient',
      'statusHash',
      'box',
      'day',
      'dueAt',
      'changedAt',
    ].map((name) => [name, p(name)]),
  ) as unknown as typeof t.$inferInsert;
  const add = prepare(db.insert(t).values({ ...columns, state: 'ready', attempts: 0 }));
  const byStatus = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.statusHash, p('hash'))),
  );
  const unpaused = db
    .select({ slug: tables.campaigns.slug })
    .from(tables.campaigns)
    .where(ne(tables.campaigns.state, 'paused'));
  const isDue = and(eq(t.state, 'ready'), lte(t.dueAt, sql`${p('now')}`));
  const due = db
    .select({ id: t.id })
    .from(t)
    .where(and(isDue, inArray(t.campaign, unpaused)))
    .orderBy(t.dueAt)
    .limit(p('limit'));
  const claim = prepare(
    db
      .update(t)
      .set({
        dueAt: sql`${p('until')}`,
        attempts: sql`${t.attempts} + 1`,
        firstTriedAt: sql`coalesce(${t.firstTriedAt}, ${p('triedAt')})`,
      })
      .where(and(inArray(t.id, due), isDue))
      .returning(),
  );
  const mine = and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), eq(t.state, 'ready'));
  const later = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('dueAt')}` })
      .where(mine)
      .returning({ id: t.id }),
  );
  const settle = prepare(
    db
      .update(t)
      .set({ state: sql`${p('state')}`, box: sql`${p('box')}`, day: sql`${p('day')}`, changedAt: sql`${p('now')}` })
      .where(mine),
  );
  const forget = prepare(
    db
      .delete(t)
      .where(
        and(inArray(t.state, ['sent', 'bounced', 'failed', 'withdrawn', 'expired']), lte(t.changedAt, p('before'))),
      ),
  );

  return {
    /** The statement that adds a letter, for the transaction that confirms its submission. */
    adding: (letter: NewLetter): Statement => ({ write: add, values: letter, expects: 1 }),

    async byStatus(hash: Buffer): Promise<Letter | null> {
      return ((await byStatus.execute({ hash }))[0] as Letter | undefined) ?? null;
    },

    /** Borrows up to `limit` letters that are due, until `until`; those of paused campaigns wait. */
    async claimDue(now: number, until: number, limit: number): Promise<Letter[]> {
      return (await claim.execute({ now, triedAt: now, until, limit })) as Letter[];
    },

    async later(id: string, attempts: number, dueAt: number): Promise<boolean> {
      return (await later.execute({ id, attempts, dueAt })).length === 1;
    },

    /** Moves a claimed letter to its next state, and the tally with it. Throws `Lost` when the claim had lapsed. */
    async settle(letter: Letter, next: Settlement, moves: Move[]): Promise<void> {
      const values = { id: letter.id, attempts: letter.attempts, ...next };
      await atomically([{ write: settle, values, expects: 1 }, ...tally.statements(letter.campaign, moves)]);
    },

    /** Removes letters that ended before `before`. */
    async forget(before: number): Promise<void> {
      await forget.execute({ before });
    },
  };
}
