import { SPANS, type SubmissionState } from '../domain/states.ts';
import type { Move } from '../domain/tally.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, inArray, lt, lte, sql } from './drizzle.ts';
import type { NewLetter } from './letters.ts';
import type { TallyVerbs } from './tally.ts';

export type Submission = {
  id: string;
  state: SubmissionState;
  campaign: string;
  country: string;
  source: string;
  recipients: string;
  tokenHash: Buffer;
  handleHash: Buffer;
  box: Buffer | null;
  dayKey: string | null;
  tokenLock: Buffer | null;
  codeLock: Buffer | null;
  tries: number;
  day: string;
  dueAt: number;
  attempts: number;
  expiresAt: number;
};

/** What a submission is sealed in once its mail has left: the box, and its key under the link and under page and code. */
export type Sealed = { box: Buffer; tokenLock: Buffer; codeLock: Buffer };

/** Submissions: one person's act each, from the form to the confirmation. */
export function submissionVerbs(
  connection: Connection,
  tally: TallyVerbs,
  addLetter: (letter: NewLetter) => Statement[],
) {
  const { db, tables, prepare, atomically } = connection;
  const t = tables.submissions;
  const p = sql.placeholder;
  const columns = Object.fromEntries(
    [
      'id',
      'campaign',
      'country',
      'source',
      'recipients',
      'tokenHash',
      'handleHash',
      'box',
      'dayKey',
      'day',
      'dueAt',
      'expiresAt',
    ].map((name) => [name, p(name)]),
  ) as unknown as typeof t.$inferInsert;
  const add = prepare(db.insert(t).values({ ...columns, state: 'new', tries: 0, attempts: 0 }));
  const byToken = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.tokenHash, p('hash'))),
  );
  const byId = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.id, p('id'))),
  );
  const byHandle = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.handleHash, p('hash'))),
  );
  const takeTry = prepare(
    db
      .update(t)
      .set({ tries: sql`${t.tries} + 1` })
      .where(and(eq(t.id, p('id')), lt(t.tries, p('most'))))
      .returning({ tries: t.tries }),
  );
  const giveBackTry = prepare(
    db
      .update(t)
      .set({ tries: sql`${t.tries} - 1` })
      .where(eq(t.id, p('id'))),
  );
  const isDue = and(eq(t.state, 'new'), lte(t.dueAt, sql`${p('now')}`));
  const claim = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}`, attempts: sql`${t.attempts} + 1` })
      .where(and(inArray(t.id, db.select({ id: t.id }).from(t).where(isDue).orderBy(t.dueAt).limit(p('limit'))), isDue))
      .returning(),
  );
  const mine = and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), eq(t.state, 'new'));
  const later = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('dueAt')}` })
      .where(mine)
      .returning({ id: t.id }),
  );
  // From here on no key of ours opens it.
  const seal = {
    dayKey: null,
    box: sql`${p('box')}`,
    tokenLock: sql`${p('tokenLock')}`,
    codeLock: sql`${p('codeLock')}`,
  };
  const mailed = prepare(
    db
      .update(t)
      .set({ ...seal, state: 'pending' })
      .where(mine)
      .returning({ id: t.id }),
  );
  const waiting = and(eq(t.id, p('id')), inArray(t.state, ['new', 'pending']));
  const end = prepare(
    db
      .update(t)
      .set({
        state: sql`${p('state')}`,
        recipients: sql`${p('recipients')}`,
        ...seal,
        expiresAt: sql`${p('expiresAt')}`,
      })
      .where(waiting),
  );
  const overdue = prepare(
    db
      .select()
      .from(t)
      .where(and(inArray(t.state, ['new', 'pending']), lte(t.expiresAt, p('now'))))
      .limit(p('limit')),
  );
  const forget = prepare(
    db.delete(t).where(and(inArray(t.state, ['confirmed', 'expired']), lte(t.expiresAt, p('now')))),
  );
  const mark = prepare(db.insert(tables.marks).values({ campaign: p('campaign'), mark: p('mark') }));
  const marked = prepare(
    db
      .select({ mark: tables.marks.mark })
      .from(tables.marks)
      .where(and(eq(tables.marks.campaign, p('campaign')), eq(tables.marks.mark, p('mark')))),
  );

  return {
    /** Keeps a new submission; its confirmation mail is owed from this moment. */
    async add(
      row: Omit<Submission, 'state' | 'tokenLock' | 'codeLock' | 'tries' | 'attempts'>,
      moves: Move[],
    ): Promise<void> {
      await atomically([{ write: add, values: row, expects: 1 }, ...tally.statements(row.campaign, moves)]);
    },

    async byToken(hash: Buffer): Promise<Submission | null> {
      return ((await byToken.execute({ hash }))[0] as Submission | undefined) ?? null;
    },

    async byId(id: string): Promise<Submission | null> {
      return ((await byId.execute({ id }))[0] as Submission | undefined) ?? null;
    },

    async byHandle(hash: Buffer): Promise<Submission | null> {
      return ((await byHandle.execute({ hash }))[0] as Submission | undefined) ?? null;
    },

    /** Uses up one of `most` tries at the code before it is looked at; false when none is left. */
    async takeTry(id: string, most: number): Promise<boolean> {
      return (await takeTry.execute({ id, most })).length === 1;
    },

    async giveBackTry(id: string): Promise<void> {
      await giveBackTry.execute({ id });
    },

    /** Borrows up to `limit` submissions whose mail is due, until `until`; a crash gives them back by itself. */
    async claimDue(now: number, until: number, limit: number): Promise<Submission[]> {
      return (await claim.execute({ now, until, limit })) as Submission[];
    },

    /** The mail has left: sealed under what it carried. False when another worker, or the sender, was quicker. */
    async mailed(id: string, attempts: number, sealed: Sealed): Promise<boolean> {
      return (await mailed.execute({ id, attempts, ...sealed })).length === 1;
    },

    /** Puts the mail off; or, while its conversation lives, goes on borrowing it. False when the claim had lapsed. */
    async later(id: string, attempts: number, dueAt: number): Promise<boolean> {
      return (await later.execute({ id, attempts, dueAt })).length === 1;
    },

    /**
     * The person agreed: their letters are ready, and the marks that make them unique are kept. A repeat of the link
     * finds which letters there were. Throws `Lost` if any of it changed meanwhile.
     */
    async confirm(
      row: Submission,
      sealed: Sealed,
      letters: NewLetter[],
      marks: Buffer[],
      moves: Move[],
      now: number,
      more: Statement[] = [],
    ): Promise<void> {
      const recipients = letters.map((letter) => letter.recipient).join(' ');
      const kept = { id: row.id, state: 'confirmed', recipients, ...sealed, expiresAt: now + SPANS.tombstone };
      await atomically([
        { write: end, values: kept, expects: 1 },
        ...marks.map((each) => ({ write: mark, values: { campaign: row.campaign, mark: each }, expects: 1 })),
        // Queues always in one order, so that two people who write to the same offices do not wait in a ring.
        ...letters.toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1)).flatMap(addLetter),
        ...more,
        ...tally.statements(row.campaign, moves),
      ]);
    },

    /** Ends a submission without letters and erases what was sealed; the link will say that it has expired. */
    async expire(row: Submission, moves: Move[], now: number): Promise<void> {
      const nothing = { box: null, tokenLock: null, codeLock: null };
      const kept = {
        id: row.id,
        state: 'expired',
        recipients: row.recipients,
        ...nothing,
        expiresAt: now + SPANS.tombstone,
      };
      await atomically([{ write: end, values: kept, expects: 1 }, ...tally.statements(row.campaign, moves)]);
    },

    async overdue(now: number, limit: number): Promise<Submission[]> {
      return (await overdue.execute({ now, limit })) as Submission[];
    },

    /** Removes what is left of submissions that ended long ago. */
    async forget(now: number): Promise<void> {
      await forget.execute({ now });
    },

    /** Which of these marks stand already. */
    async marked(campaign: string, marks: readonly Buffer[]): Promise<boolean[]> {
      return Promise.all(marks.map(async (each) => (await marked.execute({ campaign, mark: each })).length > 0));
    },
  };
}
