import { Refusal } from '../domain/errors.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';
import type { Letter } from '../store/letters.ts';
import { freeing, settlement } from './settle.ts';
import { findStanding } from './status.ts';

/** Whether a letter can still be taken back: it is on nobody's wire. */
export function isWithdrawable(row: Letter): boolean {
  return (row.state === 'ready' || row.state === 'held') && row.dottingAt === null;
}

/**
 * Takes a letter back before it goes: it is erased here, and the same person may write it anew. Once more changes nothing.
 * @throws Refusal `unknown-link`; `too-late` where it is on its way or has gone
 */
export async function withdraw(parts: Parts, token: string): Promise<void> {
  for (let again = 0; again < 5; again += 1) {
    const { row } = await findStanding(parts, token);
    if (row?.state === 'withdrawn') return;
    if (!row || !isWithdrawable(row)) throw new Refusal('too-late');
    const { next, moves } = settlement(row, 'withdrawn', parts.now());
    try {
      return await parts.store.letters.move(row, next, moves, freeing(parts, row));
    } catch (error) {
      // A worker took it, or gave it back, in the meantime: look again at what stands now.
      if (!(error instanceof Lost)) throw error;
    }
  }
  throw new Refusal('too-late');
}
