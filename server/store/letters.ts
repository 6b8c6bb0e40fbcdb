import type { LetterState, Reason } from '../domain/states.ts';
import type { Move } from '../domain/tally.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, inArray, isNull, lte, sql } from './drizzle.ts';
import type { QueueVerbs } from './queues.ts';
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
  place: number;
  dottingAt: number | null;
  doubts: number;
  reason: Reason | null;
  answer: string | null;
};
export type NewLetter = Pick<
  Letter,
  | 'id'
  | 'submission'
  | 'campaign'
  | 'country'
  | 'source'
  | 'recipient'
  | 'statusHash'
  | 'box'
  | 'day'
  | 'dueAt'
  | 'changedAt'
>;

/** What becomes of a letter: its next state, what is kept of it, and why. */
export type Settlement = {
  state: LetterState;
  box: Buffer | null;
  day: string;
  now: number;
  doubts: number;
  reason: Reason | null;
  answer: string | null;
};
/** How a letter that stays ready is tried again. */
export type Delay = { dueAt: number; doubts: number; firstTriedAt: number | null };

const NEW = [
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
];

/** Letters, from the confirmation until nothing of them is left. */
export function letterVerbs(connection: Connection, tally: TallyVerbs, queues: QueueVerbs) {
  const { db, tables, prepare, atomically } = connection;
  const t = tables.letters;
  const q = tables.queues;
  const p = sql.placeholder;
  const columns = Object.fromEntries(NEW.map((name) => [name, p(name)])) as unknown as typeof t.$inferInsert;
  const place = sql<number>`(select ${q.arrived} from ${q} where ${q.campaign} = ${p('queueOf')} and ${q.recipient} = ${p('queueFor')})`;
  const add = prepare(db.insert(t).values({ ...columns, state: 'ready', attempts: 0, place }));
  const byStatus = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.statusHash, p('hash'))),
  );
  const byId = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.id, p('id'))),
  );
  const isDue = and(eq(t.state, 'ready'), lte(t.dueAt, sql`${p('now')}`));
  const due = db
    .select({ id: t.id })
    .from(t)
    .where(and(eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')), isDue))
    .orderBy(t.dueAt)
    .limit(p('limit'));
  const claim = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}`, attempts: sql`${t.attempts} + 1` })
      .where(and(inArray(t.id, due), isDue))
      .returning(),
  );
  const mine = and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), eq(t.state, 'ready'));
  const renew = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}` })
      .where(mine)
      .returning({ id: t.id }),
  );
  const dot = prepare(
    db
      .update(t)
      .set({ dottingAt: sql`${p('now')}` })
      .where(mine),
  );
  const later = prepare(
    db
      .update(t)
      .set({
        dueAt: sql`${p('dueAt')}`,
        doubts: sql`${p('doubts')}`,
        firstTriedAt: sql`${p('firstTriedAt')}`,
        dottingAt: null,
      })
      .where(mine),
  );
  const end = {
    state: sql`${p('state')}`,
    box: sql`${p('box')}`,
    day: sql`${p('day')}`,
    changedAt: sql`${p('now')}`,
    doubts: sql`${p('doubts')}`,
    reason: sql`${p('reason')}`,
    answer: sql`${p('answer')}`,
    dottingAt: null,
  };
  const settle = prepare(db.update(t).set(end).where(mine));
  const seen = and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), eq(t.state, p('from')));
  const move = prepare(
    db
      .update(t)
      .set(end)
      .where(and(seen, isNull(t.dottingAt))),
  );
  const release = prepare(
    db
      .update(t)
      .set({
        state: 'ready',
        reason: null,
        dueAt: sql`${p('now')}`,
        changedAt: sql`${p('changedAt')}`,
        firstTriedAt: null,
        place,
      })
      .where(and(seen, eq(t.state, 'held'))),
  );
  const unmark = prepare(
    db.delete(tables.marks).where(and(eq(tables.marks.campaign, p('campaign')), eq(tables.marks.mark, p('mark')))),
  );
  const held = prepare(
    db
      .select()
      .from(t)
      .where(and(eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')), eq(t.state, 'held')))
      .orderBy(t.dueAt)
      .limit(p('limit')),
  );
  const heldBefore = prepare(
    db
      .select()
      .from(t)
      .where(and(eq(t.state, 'held'), lte(t.changedAt, p('before'))))
      .limit(p('limit')),
  );
  const forget = prepare(
    db
      .delete(t)
      .where(
        and(inArray(t.state, ['sent', 'bounced', 'failed', 'withdrawn', 'expired']), lte(t.changedAt, p('before'))),
      ),
  );

  return {
    /** The statements that add a letter, for the transaction that confirms its submission. */
    adding: (letter: NewLetter): Statement[] => [
      queues.arriving(letter.campaign, letter.recipient),
      { write: add, values: { ...letter, queueOf: letter.campaign, queueFor: letter.recipient }, expects: 1 },
    ],

    async byStatus(hash: Buffer): Promise<Letter | null> {
      return ((await byStatus.execute({ hash }))[0] as Letter | undefined) ?? null;
    },

    async byId(id: string): Promise<Letter | null> {
      return ((await byId.execute({ id }))[0] as Letter | undefined) ?? null;
    },

    /** Borrows up to `limit` letters of a queue that are due, until `until`. */
    async claim(
      of: { campaign: string; recipient: string },
      now: number,
      until: number,
      limit: number,
    ): Promise<Letter[]> {
      const { campaign, recipient } = of;
      return (await claim.execute({ campaign, recipient, now, until, limit })) as Letter[];
    },

    /** Goes on borrowing a letter whose conversation lives; false when the claim had lapsed. */
    async renew({ id, attempts }: Letter, until: number): Promise<boolean> {
      return (await renew.execute({ id, attempts, until })).length === 1;
    },

    /** Notes, before the final dot is sent, that it may have been. Synced when it comes back. Throws `Lost` when the claim had lapsed. */
    async dot({ id, attempts }: Letter, now: number): Promise<void> {
      await atomically([{ write: dot, values: { id, attempts, now }, expects: 1 }]);
    },

    /** Puts a claimed letter off. Throws `Lost` when the claim had lapsed. */
    async later(letter: Letter, delay: Delay, more: Statement[]): Promise<void> {
      const { id, attempts, campaign, recipient } = letter;
      await atomically([
        { write: later, values: { id, attempts, ...delay }, expects: 1 },
        queues.soon(campaign, recipient, delay.dueAt),
        ...more,
      ]);
    },

    /** Moves a claimed letter to its next state, and the tally with it. Throws `Lost` when the claim had lapsed. */
    async settle(letter: Letter, next: Settlement, moves: Move[], more: Statement[] = []): Promise<void> {
      const { id, attempts, campaign, recipient } = letter;
      await atomically([
        { write: settle, values: { id, attempts, ...next }, expects: 1 },
        queues.leaving(campaign, recipient),
        ...more,
        ...tally.statements(campaign, moves),
      ]);
    },

    /**
     * Moves a letter that no worker is sending out of the state it was read in. Throws `Lost` when it has changed
     * since, or while its final dot may be under way.
     */
    async move(letter: Letter, next: Settlement, moves: Move[], more: Statement[] = []): Promise<void> {
      const { id, attempts, state: from, campaign, recipient } = letter;
      await atomically([
        { write: move, values: { id, attempts, from, ...next }, expects: 1 },
        ...(from === 'ready' ? [queues.leaving(campaign, recipient)] : []),
        ...more,
        ...tally.statements(campaign, moves),
      ]);
    },

    /** The statement by which the same person may write this letter anew. */
    unmarking: (campaign: string, mark: Buffer): Statement => ({ write: unmark, values: { campaign, mark } }),

    /** Sends a held letter on its way again, at the end of its queue. Throws `Lost` when it is held no more. */
    async release(letter: Letter, now: number): Promise<void> {
      const { id, attempts, campaign, recipient } = letter;
      const values = {
        id,
        attempts,
        from: 'held',
        now,
        changedAt: now,
        queueOf: campaign,
        queueFor: recipient,
      };
      await atomically([queues.arriving(campaign, recipient), { write: release, values, expects: 1 }]);
    },

    /** Up to `limit` letters to an office that are held. */
    async held(campaign: string, recipient: string, limit: number): Promise<Letter[]> {
      return (await held.execute({ campaign, recipient, limit })) as Letter[];
    },

    /** Up to `limit` letters that have been held since before `before`. */
    async heldBefore(before: number, limit: number): Promise<Letter[]> {
      return (await heldBefore.execute({ before, limit })) as Letter[];
    },

    /** Removes letters that ended before `before`. */
    async forget(before: number): Promise<void> {
      await forget.execute({ before });
    },
  };
}
