import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFault } from '../store/connection.ts';

const TRIES = 6;

/**
 * Writes what has happened already and cannot be undone, such as a mail that was taken: where the database refuses for
 * a moment, the same is tried again for a few seconds, because forgetting it would mean sending twice.
 */
export async function kept(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof StoreFault) || tries === TRIES) throw error;
      await sleep(50 * 2 ** tries);
    }
  }
}
