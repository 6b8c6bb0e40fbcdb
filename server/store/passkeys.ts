import { type Connection, Lost } from './connection.ts';
import { and, eq, lt, lte, sql } from './drizzle.ts';

export type Passkey = {
  id: string;
  campaigner: string;
  box: Buffer;
  counter: number;
  addedAt: number;
  usedAt: number | null;
};

/** Passkeys of campaigners, and the challenges that were answered. */
export function passkeyVerbs({ db, tables: { passkeys: t, challenges }, prepare, atomically }: Connection) {
  const p = sql.placeholder;
  const byId = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.id, p('id'))),
  );
  const ofCampaigner = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaigner, p('campaigner')))
      .orderBy(t.addedAt, t.id),
  );
  const insert = prepare(
    db.insert(t).values({
      id: p('id'),
      campaigner: p('campaigner'),
      box: p('box'),
      counter: p('counter'),
      addedAt: p('addedAt'),
    }),
  );
  const answer = prepare(
    db.insert(challenges).values({ hash: p('hash'), campaigner: p('campaigner'), expiresAt: p('expiresAt') }),
  );

  /** False where a statement lost: the challenge had been answered, or the row was there. */
  async function all(statements: Parameters<Connection['atomically']>[0]): Promise<boolean> {
    try {
      await atomically(statements);
      return true;
    } catch (error) {
      if (error instanceof Lost) return false;
      throw error;
    }
  }

  return {
    async byId(id: string): Promise<Passkey | null> {
      return ((await byId.execute({ id }))[0] as Passkey | undefined) ?? null;
    },
    async ofCampaigner(campaigner: string): Promise<Passkey[]> {
      return (await ofCampaigner.execute({ campaigner })) as Passkey[];
    },
    /** Adds one, and uses its challenge up; false where the challenge was used before, or the passkey is here already. */
    async add(passkey: Omit<Passkey, 'usedAt'>, challenge: Buffer, expiresAt: number): Promise<boolean> {
      const { campaigner } = passkey;
      return all([
        { write: answer, values: { hash: challenge, campaigner, expiresAt }, expects: 1 },
        { write: insert, values: passkey, expects: 1 },
      ]);
    },
    /** Uses up a challenge of somebody who signs in, until it is over by itself; false where it was used before. */
    async answer(challenge: Buffer, campaigner: string, expiresAt: number): Promise<boolean> {
      return all([{ write: answer, values: { hash: challenge, campaigner, expiresAt }, expects: 1 }]);
    },
    /**
     * Writes down that it was used, with what its counter stands at; false where the counter did not go up. Many
     * authenticators do not count and say 0 each time (WebAuthn 3, 6.1.1).
     */
    async use(id: string, counter: number, now: number): Promise<boolean> {
      const isHigher = counter === 0 ? eq(t.counter, 0) : lt(t.counter, counter);
      const used = await db
        .update(t)
        .set({ counter, usedAt: now })
        .where(and(eq(t.id, id), isHigher))
        .returning({ id: t.id });
      return used.length === 1;
    },
    /** Removes one of a campaigner; false where it was not there. */
    async remove(campaigner: string, id: string): Promise<boolean> {
      const gone = await db
        .delete(t)
        .where(and(eq(t.campaigner, campaigner), eq(t.id, id)))
        .returning({ id: t.id });
      return gone.length === 1;
    },
    /** Forgets challenges that are over: nobody can answer them any more. */
    async forget(now: number): Promise<void> {
      await db.delete(challenges).where(lte(challenges.expiresAt, now));
    },
  };
}
