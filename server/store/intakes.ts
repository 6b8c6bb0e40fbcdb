import type { Connection } from './connection.ts';
import { and, eq, lte } from './drizzle.ts';

/** A list that is being looked at. `columns`: which column means what, as JSON. */
export type Intake = { id: string; campaign: string; content: Buffer; columns: string; at: number };

/** Lists that were uploaded, until they are taken in or left lying. */
export function intakeVerbs({ db, tables: { intakes: t } }: Connection) {
  return {
    async add(intake: Intake): Promise<void> {
      await db.insert(t).values(intake);
    },
    async find(campaign: string, id: string): Promise<Intake | null> {
      const rows = await db
        .select()
        .from(t)
        .where(and(eq(t.campaign, campaign), eq(t.id, id)));
      return (rows[0] as Intake | undefined) ?? null;
    },
    async setColumns(id: string, columns: string): Promise<void> {
      await db.update(t).set({ columns }).where(eq(t.id, id));
    },
    async remove(id: string): Promise<void> {
      await db.delete(t).where(eq(t.id, id));
    },
    async forget(before: number): Promise<void> {
      await db.delete(t).where(lte(t.at, before));
    },
  };
}
