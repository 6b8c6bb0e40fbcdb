import type { LetterState, Reason } from '../domain/states.ts';
import type { Move } from '../domain/tally.ts';
import type { Connection, Statement } from './connection.ts';
import type { HoldVerbs } from './holds.ts';
import { letterQueries } from './letter-queries.ts';
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
  dayKey: string | null;
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
  revision: number;
  /** Whom it was written to, as domain/addressee.ts has it; empty where that was not noted. */
  addressee: string;
};
/** A held letter without its text, for whoever decides. */
export type HeldLetter = Pick<
  Letter,
  'id' | 'recipient' | 'country' | 'source' | 'reason' | 'answer' | 'changedAt' | 'doubts'
>;
/** Which held letters are meant; an empty word means all. Never those that were taken out of the count. */
export type HeldWhere = { campaign: string; recipient: string; reason: Reason | ''; country: string; source: string };
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
  | 'dayKey'
  | 'day'
  | 'dueAt'
  | 'changedAt'
  | 'revision'
  | 'addressee'
>;

/** What becomes of a letter: its next state, what is kept of it, and why. */
export type Settlement = {
  state: LetterState;
  box: Buffer | null;
  dayKey: string | null;
  day: string;
  now: number;
  doubts: number;
  reason: Reason | null;
  answer: string | null;
};
/** How a letter that stays ready is tried again. */
export type Delay = { dueAt: number; doubts: number; firstTriedAt: number | null };

/** Letters, from the confirmation until nothing of them is left. */
export function letterVerbs(connection: Connection, tally: TallyVerbs, queues: QueueVerbs, holds: HoldVerbs) {
  const { atomically } = connection;
  const q = letterQueries(connection);

  return {
    /** The statements that add a letter, for the transaction that confirms its submission. */
    adding: (letter: NewLetter): Statement[] => [
      queues.arriving(letter.campaign, letter.recipient),
      { write: q.add, values: { ...letter, queueOf: letter.campaign, queueFor: letter.recipient }, expects: 1 },
    ],

    async byStatus(hash: Buffer): Promise<Letter | null> {
      return ((await q.byStatus.execute({ hash }))[0] as Letter | undefined) ?? null;
    },

    async byId(id: string): Promise<Letter | null> {
      return ((await q.byId.execute({ id }))[0] as Letter | undefined) ?? null;
    },

    /** Borrows up to `limit` letters of a queue that are due, until `until`. */
    async claim(
      of: { campaign: string; recipient: string },
      now: number,
      until: number,
      limit: number,
    ): Promise<Letter[]> {
      const { campaign, recipient } = of;
      return (await q.claim.execute({ campaign, recipient, now, until, limit })) as Letter[];
    },

    /** Goes on borrowing a letter whose conversation lives; false when the claim had lapsed. */
    async renew({ id, attempts }: Letter, until: number): Promise<boolean> {
      return (await q.renew.execute({ id, attempts, until })).length === 1;
    },

    /** Notes, before the final dot is sent, that it may have been. Synced when it comes back. Throws `Lost` when the claim had lapsed. */
    async dot({ id, attempts }: Letter, now: number): Promise<void> {
      await atomically([{ write: q.dot, values: { id, attempts, now }, expects: 1 }]);
    },

    /** Puts a claimed letter off. Throws `Lost` when the claim had lapsed. */
    async later(letter: Letter, delay: Delay, more: Statement[]): Promise<void> {
      const { id, attempts, campaign, recipient } = letter;
      await atomically([
        { write: q.later, values: { id, attempts, ...delay }, expects: 1 },
        queues.soon(campaign, recipient, delay.dueAt),
        ...more,
      ]);
    },

    /** Moves a claimed letter to its next state, and the tally with it. Throws `Lost` when the claim had lapsed. */
    async settle(letter: Letter, next: Settlement, moves: Move[], more: Statement[] = []): Promise<void> {
      const { id, attempts, campaign, recipient } = letter;
      await atomically([
        { write: q.settle, values: { id, attempts, ...next }, expects: 1 },
        queues.leaving(campaign, recipient),
        ...more,
        ...(next.state === 'held' ? [holds.moving(letter, next.reason, 1)] : []),
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
        { write: q.move, values: { id, attempts, from, ...next }, expects: 1 },
        ...(from === 'ready' ? [queues.leaving(campaign, recipient)] : []),
        ...more,
        ...(from === 'held' ? [holds.moving(letter, letter.reason, -1)] : []),
        ...(next.state === 'held' ? [holds.moving(letter, next.reason, 1)] : []),
        ...tally.statements(campaign, moves),
      ]);
    },

    /** The statement by which the same person may write this letter anew. */
    unmarking: (campaign: string, mark: Buffer): Statement => ({ write: q.unmark, values: { campaign, mark } }),

    /**
     * Sends a held letter on its way again, at the end of its queue, to whom the office belongs now (`addressee`).
     * Throws `Lost` when it is held no more.
     */
    async release(letter: Letter, now: number, addressee = letter.addressee): Promise<void> {
      const { id, attempts, campaign, recipient } = letter;
      const values = {
        id,
        attempts,
        from: 'held',
        now,
        changedAt: now,
        addressee,
        queueOf: campaign,
        queueFor: recipient,
      };
      await atomically([
        queues.arriving(campaign, recipient),
        holds.moving(letter, letter.reason, -1),
        { write: q.release, values, expects: 1 },
      ]);
    },

    /** The ids of all held letters that are meant, the first ones first. */
    async heldIds(where: HeldWhere): Promise<string[]> {
      return (await q.heldIds.execute(where)).map(({ id }) => id);
    },

    /** How many held letters are meant: for whoever is about to decide over them, who may count rows. */
    async heldCount(where: HeldWhere): Promise<number> {
      return Number((await q.heldCount.execute(where))[0]?.n ?? 0);
    },

    /** The first of the held letters that are meant, without their texts. */
    async heldSome(where: HeldWhere, limit: number): Promise<HeldLetter[]> {
      return (await q.heldSome.execute({ ...where, limit })) as HeldLetter[];
    },

    /** The ids of all letters that wait for an office and were written to somebody else than `addressee`. */
    async toOthers(campaign: string, recipient: string, addressee: string): Promise<string[]> {
      return (await q.toOthers.execute({ campaign, recipient, addressee })).map(({ id }) => id);
    },

    /** Up to `limit` letters that have been held since before `before`. */
    async heldBefore(before: number, limit: number): Promise<Letter[]> {
      return (await q.heldBefore.execute({ before, limit })) as Letter[];
    },

    /** Removes letters that ended before `before`. */
    async forget(before: number): Promise<void> {
      await q.forget.execute({ before });
    },
  };
}
