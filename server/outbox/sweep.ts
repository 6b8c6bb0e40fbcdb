import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';
import { endSubmission } from './confirmations.ts';

/** Ends what waited too long, and removes what has been kept long enough. */
export async function sweep(parts: Pick<Parts, 'store' | 'now'>): Promise<void> {
  const { store } = parts;
  const now = parts.now();
  for (;;) {
    const overdue = await store.submissions.overdue(now, 100);
    for (const row of overdue) {
      await endSubmission(parts, row).catch((error) => {
        // Confirmed or ended by somebody else in the meantime: nothing is left to do.
        if (!(error instanceof Lost)) throw error;
      });
    }
    if (overdue.length < 100) break;
  }
  await store.submissions.forget(now);
  await store.letters.forget(now - SPANS.bounceWindow);
  await store.tickets.forget(now);
  await store.mailbox.forget(now - SPANS.mailbox);
}
