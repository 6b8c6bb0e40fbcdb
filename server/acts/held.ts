import { addresseeOf } from '../campaigns/addressee.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';
import type { HeldWhere, Letter } from '../store/letters.ts';
import { freeing, settlement } from './settle.ts';

type HeldParts = Pick<Parts, 'store' | 'now'>;
/** What becomes of one held letter. Throws `Lost` where it has moved on since it was read. */
type Decision = (row: Letter) => Promise<void>;
type Step = (done: number, total: number) => Promise<void>;

/** Held letters go to the end of their queues, and their offices are trusted again. */
export function lettingGo({ store, now }: HeldParts): Decision {
  const trusted = new Set<string>();
  return async (row) => {
    const { campaign, recipient: office, reason, addressee } = row;
    if (!trusted.has(office)) {
      trusted.add(office);
      await store.queues.trust(campaign, office);
      await store.notices.drop(campaign, office);
    }
    // Those that are still to be confirmed were decided with it.
    if (reason === 'replaced') await store.successions.add(campaign, office, addressee, now());
    const recipient = await store.campaigns.recipient(campaign, office);
    await store.letters.release(row, now(), recipient ? addresseeOf(recipient) : addressee);
  };
}

/** Held letters are erased and will not go; the same people may write anew. */
export function givingUp(parts: HeldParts & Pick<Parts, 'vault'>): Decision {
  return async (row) => {
    const { next, moves } = settlement(row, 'expired', parts.now(), { reason: row.reason, answer: row.answer });
    await parts.store.letters.move(row, next, moves, freeing(parts, row));
  };
}

/**
 * Decides over the held letters that `where` means, each by itself, and gives how many it were. What is held again
 * meanwhile is left for another decision; what was taken out of the count goes when it is put back.
 */
export async function decideHeld(
  { store, now }: HeldParts,
  where: HeldWhere,
  decide: Decision,
  step: Step = async () => {},
): Promise<number> {
  const begun = now();
  const ids = await store.letters.heldIds(where);
  let decided = 0;
  for (const [i, id] of ids.entries()) {
    await step(i, ids.length);
    const row = await store.letters.byId(id);
    if (row && row.changedAt <= begun && (await isDecided(row, decide))) decided += 1;
  }
  return decided;
}

/** Decides over one letter; false where the campaign holds none of this id (any more). */
export async function decideLetter({ store }: HeldParts, slug: string, id: string, decide: Decision): Promise<boolean> {
  const row = await store.letters.byId(id);
  return row?.campaign === slug && isDecided(row, decide);
}

async function isDecided(row: Letter, decide: Decision): Promise<boolean> {
  if (row.state !== 'held' || row.reason === 'set-aside') return false;
  return unlessLost(decide(row));
}

/**
 * Holds what waits for an office and was written to somebody who holds it no more; gives how many letters. What is on
 * the wire goes; what is confirmed later is held by the outbox when its turn comes.
 */
export async function holdReplaced({ store, now }: HeldParts, campaign: string, office: string): Promise<number> {
  const recipient = await store.campaigns.recipient(campaign, office);
  if (!recipient) return 0;
  let held = 0;
  for (const id of await store.letters.toOthers(campaign, office, addresseeOf(recipient))) {
    const row = await store.letters.byId(id);
    if (row?.state !== 'ready' || (await store.successions.has(campaign, office, row.addressee))) continue;
    const { next, moves } = settlement(row, 'held', now(), { box: row, reason: 'replaced' });
    const noted = store.notices.noting(campaign, 'replaced', office, now());
    if (await unlessLost(store.letters.move(row, next, moves, [noted]))) held += 1;
  }
  return held;
}

/** Withdrawn, sent, or decided by somebody else, in the meantime: then it is left as it is. */
async function unlessLost(act: Promise<void>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof Lost) return false;
    throw error;
  }
}
