import type { Connection } from './connection.ts';
import { eq, sql } from './drizzle.ts';

/** What must be known before a key is destroyed, and what makes erased bytes go. */
export function erasureVerbs({ db, tables, prepare, scrub }: Connection) {
  const p = sql.placeholder;
  const sealed = [tables.letters, tables.submissions, tables.mailbox, tables.deskMails].map((t) =>
    prepare(
      db
        .select({ id: t.id })
        .from(t)
        .where(eq(t.dayKey, p('dayKey')))
        .limit(1),
    ),
  );
  const { marks } = tables;
  const ofCampaign = eq(marks.campaign, p('campaign'));
  const anyMark = prepare(db.select({ campaign: marks.campaign }).from(marks).where(ofCampaign).limit(1));
  const forgetMarks = prepare(db.delete(marks).where(ofCampaign));

  return {
    /** Whether anything is still sealed by a day key. */
    async isSealedBy(dayKey: string): Promise<boolean> {
      const found = await Promise.all(sealed.map((each) => each.execute({ dayKey })));
      return found.some((rows) => rows.length > 0);
    },
    /** Whether anybody's fingerprint is kept for a campaign. */
    hasMarks: async (campaign: string): Promise<boolean> => (await anyMark.execute({ campaign })).length > 0,
    async forgetMarks(campaign: string): Promise<void> {
      await forgetMarks.execute({ campaign });
    },
    scrub,
  };
}
