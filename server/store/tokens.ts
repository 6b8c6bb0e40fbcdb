import type { Connection } from './connection.ts';
import { and, eq, gt, lte, sql } from './drizzle.ts';

/**
 * A key by which another program may read. `campaign`: the one it reads, or '' for all of them; `scopes`: what it may
 * read, separated by spaces; `campaigner`: who made it.
 */
export type Token = {
  hash: Buffer;
  id: string;
  campaign: string;
  name: string;
  scopes: string;
  campaigner: string;
  addedAt: number;
  usedAt: number | null;
  expiresAt: number;
};

/** Keys of other programs, by their hashes. */
export function tokenVerbs({ db, tables: { tokens: t }, prepare }: Connection) {
  const p = sql.placeholder;
  const find = prepare(
    db
      .select()
      .from(t)
      .where(and(eq(t.hash, p('hash')), gt(t.expiresAt, p('now')))),
  );
  const ofCampaign = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaign, p('campaign')))
      .orderBy(t.addedAt, t.id),
  );
  const used = prepare(
    db
      .update(t)
      .set({ usedAt: sql`${p('now')}` })
      .where(eq(t.hash, p('hash'))),
  );

  return {
    async add(token: Omit<Token, 'usedAt'>): Promise<void> {
      await db.insert(t).values({ ...token, usedAt: null });
    },
    /** The token with this hash, if it has not ended by its date. */
    async find(hash: Buffer, now: number): Promise<Token | null> {
      return ((await find.execute({ hash, now }))[0] as Token | undefined) ?? null;
    },
    async used(hash: Buffer, now: number): Promise<void> {
      await used.execute({ hash, now });
    },
    /** All tokens of a campaign (of all campaigns: ''), those that have ended lately too; the oldest first. */
    async ofCampaign(campaign: string): Promise<Token[]> {
      return (await ofCampaign.execute({ campaign })) as Token[];
    },
    /** Ends a token; false where there is none such in this campaign. */
    async end(campaign: string, id: string): Promise<boolean> {
      const ended = await db
        .delete(t)
        .where(and(eq(t.campaign, campaign), eq(t.id, id)))
        .returning({ id: t.id });
      return ended.length === 1;
    },
    /** Removes tokens that ended before `before`. */
    async forget(before: number): Promise<void> {
      await db.delete(t).where(lte(t.expiresAt, before));
    },
  };
}
export type TokenVerbs = ReturnType<typeof tokenVerbs>;
