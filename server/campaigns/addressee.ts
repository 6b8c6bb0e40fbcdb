import { createHash } from 'node:crypto';
import type { Recipient } from '../domain/campaign.ts';

/** What is hashed; a row of a list may say less than an office does. */
type Addressee = { name?: string | undefined; salutation?: string | undefined; salutations: Record<string, string> };

/**
 * Whom a letter to an office is written to, as a short hash: by the name, and by the salutations that stand in the
 * letter. It changes when a minister is replaced, not when an address or a date of the list does.
 */
export function addresseeOf({ name, salutation, salutations }: Addressee): string {
  const own = Object.entries(salutations).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([name, salutation, own]))
    .digest('base64url')
    .slice(0, 16);
}

/** The ids of the offices that somebody else holds after a change. */
export function replacedIn(before: readonly Recipient[], after: readonly Recipient[]): string[] {
  const known = new Map(before.map((each) => [each.id, each]));
  return after.flatMap((each) => {
    const former = known.get(each.id);
    return former && addresseeOf(former) !== addresseeOf(each) ? [each.id] : [];
  });
}
