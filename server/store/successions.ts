import type { Connection } from './connection.ts';
import { and, eq, sql } from './drizzle.ts';

/** Decisions that letters to a former office-holder go to whoever holds the office now. */
export function successionVerbs({ db, tables: { successions: t }, prepare }: Connection) {
  const p = sql.placeholder;
  const find = prepare(
    db
      .select({ at: t.at })
      .from(t)
      .where(and(eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')), eq(t.addressee, p('addressee')))),
  );
  return {
    async add(campaign: string, recipient: string, addressee: string, at: number): Promise<void> {
      await db.insert(t).values({ campaign, recipient, addressee, at }).onConflictDoNothing();
    },
    async has(campaign: string, recipient: string, addressee: string): Promise<boolean> {
      return (await find.execute({ campaign, recipient, addressee })).length > 0;
    },
  };
}
