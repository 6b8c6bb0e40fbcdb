import { createHmac, randomBytes } from 'node:crypto';
import { mailboxOf } from '../domain/address.ts';
import { dayOf } from '../domain/tally.ts';

/** No address gets more mails a day (UTC) that ask for confirmation, whoever types it, and for whichever campaigns. */
export const MOST_A_DAY = 3;

/**
 * How many mails each address got today. In this process's memory only, by fingerprints under a key that is thrown away
 * every day: who takes the files and all keys learns of nobody who has not confirmed. A restart begins anew.
 */
export function openMailLimit(now: () => number) {
  let day = '';
  let key = randomBytes(32);
  let counts = new Map<string, number>();

  function countOf(address: string): [mark: string, count: number] {
    const today = dayOf(now());
    if (today !== day) {
      day = today;
      key = randomBytes(32);
      counts = new Map();
    }
    const mark = createHmac('sha256', key).update(mailboxOf(address)).digest('base64');
    return [mark, counts.get(mark) ?? 0];
  }

  return {
    isReached: (address: string): boolean => countOf(address)[1] >= MOST_A_DAY,
    /** Counts one mail more; false when there were enough already. */
    take(address: string): boolean {
      const [mark, count] = countOf(address);
      if (count >= MOST_A_DAY) return false;
      counts.set(mark, count + 1);
      return true;
    },
  };
}
export type MailLimit = ReturnType<typeof openMailLimit>;
