import type { Move } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';
import type { Submission } from '../store/submissions.ts';

/** Ends a submission that can give no letter, and takes it out of *pending*. */
export async function endSubmission(parts: Pick<Parts, 'store' | 'now'>, row: Submission): Promise<void> {
  const { day, country, source } = row;
  const moves: Move[] = row.recipients
    .split(' ')
    .map((recipient) => ({ day, country, source, recipient, counter: 'pending', n: -1 }));
  await parts.store.submissions.expire(row, moves, parts.now());
}
