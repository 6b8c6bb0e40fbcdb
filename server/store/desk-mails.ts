import type { Connection } from './connection.ts';
import { and, eq, lte, sql } from './drizzle.ts';

export type DeskMail = { id: string; box: Buffer; dayKey: string | null; attempts: number; expiresAt: number };

/** Mail to campaigners that is owed. */
export function deskMailVerbs({ db, tables: { deskMails: t }, prepare }: Connection) {
  const due = prepare(
    db
      .select({ id: t.id })
      .from(t)
      .where(lte(t.dueAt, sql.placeholder('now')))
      .orderBy(t.dueAt)
      .limit(1),
  );
  return {
    async add(mail: Omit<DeskMail, 'attempts'> & { dueAt: number }): Promise<void> {
      await db.insert(t).values({ ...mail, attempts: 0 });
    },
    /** Borrows one mail that is due until `until`; null where none is. */
    async claim(now: number, until: number): Promise<DeskMail | null> {
      // Looked for first: a write that finds nothing would still take the database's only pen, four times a second.
      const [first] = await due.execute({ now });
      if (!first) return null;
      const rows = await db
        .update(t)
        .set({ dueAt: until, attempts: sql`${t.attempts} + 1` })
        .where(and(eq(t.id, first.id), lte(t.dueAt, now)))
        .returning();
      return (rows[0] as DeskMail | undefined) ?? null;
    },
    async later({ id, attempts }: DeskMail, dueAt: number): Promise<void> {
      await db
        .update(t)
        .set({ dueAt })
        .where(and(eq(t.id, id), eq(t.attempts, attempts)));
    },
    async remove(id: string): Promise<void> {
      await db.delete(t).where(eq(t.id, id));
    },
  };
}
