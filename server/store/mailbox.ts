import type { Connection } from './connection.ts';
import { desc, eq, lte, sql } from './drizzle.ts';

export type KeptMail = { id: string; submission: string; at: number; box: Buffer; dayKey: string | null };

/** Mail that stays on this machine, sealed. */
export function mailboxVerbs({ db, tables, prepare }: Connection) {
  const t = tables.mailbox;
  const p = sql.placeholder;
  const keep = prepare(
    db
      .insert(t)
      .values({ id: p('id'), submission: p('submission'), at: p('at'), box: p('box'), dayKey: p('dayKey') })
      .onConflictDoNothing(),
  );
  const latest = prepare(db.select().from(t).orderBy(desc(t.at)).limit(p('limit')));
  const of = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.submission, p('submission')))
      .orderBy(t.at),
  );
  const forget = prepare(db.delete(t).where(lte(t.at, p('before'))));

  return {
    /** Keeps one mail; the same id again changes nothing, as a mail server drops a Message-ID it has seen. */
    async keep(mail: KeptMail): Promise<void> {
      await keep.execute(mail);
    },
    async latest(limit: number): Promise<KeptMail[]> {
      return latest.execute({ limit });
    },
    async ofSubmission(submission: string): Promise<KeptMail[]> {
      return of.execute({ submission });
    },
    async forget(before: number): Promise<void> {
      await forget.execute({ before });
    },
  };
}
