import { Lost } from '../store/connection.ts';
import type { Store } from '../store/open.ts';

const AT_ONCE = 100;

/**
 * Sends what is held for an office to the end of its queue, and trusts the office again. What was taken out of the count
 * stays: it goes when it is put back. Gives how many letters were let go.
 */
export async function release(
  store: Pick<Store, 'letters' | 'queues' | 'notices'>,
  slug: string,
  office: string,
  now: number,
): Promise<number> {
  await store.queues.trust(slug, office);
  await store.notices.drop(slug, office);
  let released = 0;
  for (;;) {
    const letters = await store.letters.held(slug, office, AT_ONCE, 'set-aside');
    // The outbox may hold again what was let go, faster than this ends: that needs another decision.
    const before = letters.filter(({ changedAt }) => changedAt <= now);
    for (const letter of before) {
      try {
        await store.letters.release(letter, now);
        released += 1;
      } catch (error) {
        // Withdrawn, or released by somebody else, in the meantime.
        if (!(error instanceof Lost)) throw error;
      }
    }
    if (before.length < AT_ONCE) return released;
  }
}
