import type { Connection } from './connection.ts';
import { and, eq, lte, sql } from './drizzle.ts';

/** A list that is being looked at. `columns`: which column means what, as JSON. */
export type Intake = { id: string; campaign: string; content: Buffer; columns: string; at: number };
/** The same without the list itself. `judged`: the verdicts by these columns, null while they are not known; `size`: the list's, in bytes. */
export type IntakeLook = { id: string; columns: string; judged: Buffer | null; size: number };

/** Lists that were uploaded, until they are taken in or left lying. */
export function intakeVerbs({ db, tables: { intakes: t }, prepare }: Connection) {
  const it = and(eq(t.campaign, sql.placeholder('campaign')), eq(t.id, sql.placeholder('id')));
  const content = prepare(db.select({ content: t.content }).from(t).where(it));
  const size = sql<number>`octet_length(${t.content})`;
  const look = prepare(db.select({ id: t.id, columns: t.columns, judged: t.judged, size }).from(t).where(it));
  return {
    async add(intake: Intake): Promise<void> {
      await db.insert(t).values(intake);
    },
    /** The bytes of a list as they were brought; null where it is gone. */
    async content(campaign: string, id: string): Promise<Buffer | null> {
      return (await content.execute({ campaign, id }))[0]?.content ?? null;
    },
    async look(campaign: string, id: string): Promise<IntakeLook | null> {
      return ((await look.execute({ campaign, id }))[0] as IntakeLook | undefined) ?? null;
    },
    /** Other columns: what was judged by those before counts no more. */
    async setColumns(id: string, columns: string): Promise<void> {
      await db.update(t).set({ columns, judged: null }).where(eq(t.id, id));
    },
    /** Keeps the verdicts, unless the columns are others meanwhile. */
    async setJudged(id: string, columns: string, judged: Buffer): Promise<void> {
      await db
        .update(t)
        .set({ judged })
        .where(and(eq(t.id, id), eq(t.columns, columns)));
    },
    async remove(id: string): Promise<void> {
      await db.delete(t).where(eq(t.id, id));
    },
    async forget(before: number): Promise<void> {
      await db.delete(t).where(lte(t.at, before));
    },
  };
}
