import type { Reason } from '../domain/states.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, gt, sql } from './drizzle.ts';

export type Hold = { recipient: string; reason: Reason; n: number };

/** How many letters are held, for which office and why. */
export function holdVerbs({ db, tables: { holds: t }, prepare }: Connection) {
  const p = sql.placeholder;
  const move = prepare(
    db
      .insert(t)
      .values({ campaign: p('campaign'), recipient: p('recipient'), reason: p('reason'), n: p('n') })
      .onConflictDoUpdate({ target: [t.campaign, t.recipient, t.reason], set: { n: sql`${t.n} + excluded.n` } }),
  );
  const ofCampaign = prepare(
    db
      .select({ recipient: t.recipient, reason: t.reason, n: t.n })
      .from(t)
      .where(and(eq(t.campaign, p('campaign')), gt(t.n, 0)))
      .orderBy(t.recipient, t.reason),
  );
  return {
    /** One letter more or less, for the transaction that moves it. A letter without a reason could not be sent. */
    moving: (of: { campaign: string; recipient: string }, reason: Reason | null, n: 1 | -1): Statement => ({
      write: move,
      values: { campaign: of.campaign, recipient: of.recipient, reason: reason ?? 'unsendable', n },
    }),
    async ofCampaign(campaign: string): Promise<Hold[]> {
      return (await ofCampaign.execute({ campaign })) as Hold[];
    },
  };
}
export type HoldVerbs = ReturnType<typeof holdVerbs>;
