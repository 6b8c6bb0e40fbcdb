import type { Connection } from './connection.ts';
import { desc, eq, sql } from './drizzle.ts';

/** A line of the record: who did what, when. `about` says on what, without a person's name. */
export type Deed = { id: string; campaign: string; at: number; campaigner: string; deed: string; about: string };

/** The record of what campaigners did. There is no verb that changes it. */
export function deedVerbs({ db, tables: { deeds: t }, prepare }: Connection) {
  const p = sql.placeholder;
  const latest = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaign, p('campaign')))
      .orderBy(desc(t.at), desc(t.id))
      .limit(p('limit')),
  );
  return {
    async add(deed: Deed): Promise<void> {
      await db.insert(t).values(deed);
    },
    /** The newest lines of a campaign (of the installation: ''), the newest first. */
    async list(campaign: string, limit: number): Promise<Deed[]> {
      return (await latest.execute({ campaign, limit })) as Deed[];
    },
  };
}
