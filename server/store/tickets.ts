import type { Move } from '../domain/tally.ts';
import { type Connection, Lost } from './connection.ts';
import { lte, sql } from './drizzle.ts';
import type { TallyVerbs } from './tally.ts';

/** Single-use tickets: "Did you send it?" is counted once for each draft's page. */
export function ticketVerbs({ db, tables: t, prepare, atomically }: Connection, tally: TallyVerbs) {
  const p = sql.placeholder;
  const spend = prepare(db.insert(t.spentTickets).values({ ticket: p('ticket'), expiresAt: p('expiresAt') }));
  const forget = prepare(db.delete(t.spentTickets).where(lte(t.spentTickets.expiresAt, p('now'))));

  return {
    /** Spends a ticket and moves the tally with it; false when it had been spent. */
    async spend(campaign: string, ticket: Buffer, expiresAt: number, moves: Move[]): Promise<boolean> {
      try {
        await atomically([
          { write: spend, values: { ticket, expiresAt }, expects: 1 },
          ...tally.statements(campaign, moves),
        ]);
        return true;
      } catch (error) {
        if (error instanceof Lost) return false;
        throw error;
      }
    },

    async forget(now: number): Promise<void> {
      await forget.execute({ now });
    },
  };
}
