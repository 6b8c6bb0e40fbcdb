import type { NoticeKind } from '../domain/notices.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, sql } from './drizzle.ts';

export type Notice = {
  campaign: string;
  kind: NoticeKind;
  recipient: string;
  n: number;
  firstAt: number;
  lastAt: number;
};

/** What needs a campaigner's look. The same again is counted, not repeated. */
export function noticeVerbs({ db, tables: { notices: t }, prepare, atomically }: Connection) {
  const p = sql.placeholder;
  const note = prepare(
    db
      .insert(t)
      .values({
        campaign: p('campaign'),
        kind: p('kind'),
        recipient: p('recipient'),
        n: 1,
        firstAt: p('now'),
        lastAt: p('again'),
      })
      .onConflictDoUpdate({
        target: [t.campaign, t.kind, t.recipient],
        set: { n: sql`${t.n} + 1`, lastAt: sql`excluded.last_at` },
      }),
  );
  const ofCampaign = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaign, p('campaign')))
      .orderBy(t.kind, t.recipient),
  );
  const drop = prepare(db.delete(t).where(and(eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')))));

  const dropAll = prepare(db.delete(t).where(eq(t.campaign, p('campaign'))));

  const noting = (campaign: string, kind: NoticeKind, recipient: string, now: number): Statement => ({
    write: note,
    values: { campaign, kind, recipient, now, again: now },
  });
  return {
    noting,
    async note(campaign: string, kind: NoticeKind, recipient: string, now: number): Promise<void> {
      await atomically([noting(campaign, kind, recipient, now)]);
    },
    async ofCampaign(campaign: string): Promise<Notice[]> {
      return (await ofCampaign.execute({ campaign })) as Notice[];
    },
    /** Somebody looked: what was noted of this office goes. */
    async drop(campaign: string, recipient: string): Promise<void> {
      await drop.execute({ campaign, recipient });
    },
    /** Somebody looked at all of the campaign. */
    async dropAll(campaign: string): Promise<void> {
      await dropAll.execute({ campaign });
    },
  };
}
export type NoticeVerbs = ReturnType<typeof noticeVerbs>;
