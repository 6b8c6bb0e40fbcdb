import type { Connection, Statement } from './connection.ts';
import { asc, eq, lte, sql } from './drizzle.ts';

export type Contact = { id: string; campaign: string; box: Buffer; expiresAt: number };

/** People who asked to hear from a campaign, each sealed to its own key: nobody here can read them. */
export function contactVerbs({ db, tables, prepare }: Connection) {
  const t = tables.contacts;
  const p = sql.placeholder;
  const add = prepare(
    db.insert(t).values({ id: p('id'), campaign: p('campaign'), box: p('box'), expiresAt: p('expiresAt') }),
  );
  const ofCampaign = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaign, p('campaign')))
      .orderBy(asc(t.id)),
  );
  const forget = prepare(db.delete(t).where(lte(t.expiresAt, p('now'))));

  return {
    /** The statement that adds one, for the transaction in which its letters are confirmed. */
    adding: (contact: Contact): Statement => ({ write: add, values: contact, expects: 1 }),
    async ofCampaign(campaign: string): Promise<Contact[]> {
      return (await ofCampaign.execute({ campaign })) as Contact[];
    },
    async forget(now: number): Promise<void> {
      await forget.execute({ now });
    },
  };
}
