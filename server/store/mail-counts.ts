import type { Connection } from './connection.ts';
import { and, eq, lt, sql } from './drizzle.ts';

/** How many confirmation mails an address got on a day: under a fingerprint by a key of that day, which goes with it. */
export function mailCountVerbs({ db, tables, prepare }: Connection) {
  const t = tables.mailCounts;
  const p = sql.placeholder;
  const it = and(eq(t.dayKey, p('dayKey')), eq(t.mark, p('mark')));
  const read = prepare(db.select({ n: t.n }).from(t).where(it));
  const first = prepare(
    db
      .insert(t)
      .values({ dayKey: p('dayKey'), mark: p('mark'), n: 0 })
      .onConflictDoNothing(),
  );
  const take = prepare(
    db
      .update(t)
      .set({ n: sql`${t.n} + 1` })
      .where(and(it, lt(t.n, p('most'))))
      .returning({ n: t.n }),
  );
  const forget = prepare(db.delete(t).where(eq(t.dayKey, p('dayKey'))));

  return {
    async read(dayKey: string, mark: Buffer): Promise<number> {
      return ((await read.execute({ dayKey, mark }))[0] as { n: number } | undefined)?.n ?? 0;
    },
    /** Counts one mail more; false when there were `most` already. */
    async take(dayKey: string, mark: Buffer, most: number): Promise<boolean> {
      await first.execute({ dayKey, mark });
      return (await take.execute({ dayKey, mark, most })).length === 1;
    },
    /** Forgets a day. */
    async forget(dayKey: string): Promise<void> {
      await forget.execute({ dayKey });
    },
  };
}
