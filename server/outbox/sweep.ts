import { endSubmission } from '../acts/expire.ts';
import { givingUp } from '../acts/held.ts';
import { forgetMarks } from '../acts/marks.ts';
import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';

/** The slowest pace and a night between two letters are less than a day and a half. */
const NO_PACE_REACHES = 48 * 3_600_000;

/** Ends what waited too long, and removes what has been kept long enough. */
export async function sweep(parts: Pick<Parts, 'store' | 'vault' | 'now' | 'campaigns'>): Promise<void> {
  const { store } = parts;
  const now = parts.now();
  for (;;) {
    const overdue = await store.submissions.overdue(now, 100);
    for (const row of overdue) {
      await endSubmission(parts, row).catch(unlessLost);
    }
    if (overdue.length < 100) break;
  }
  await giveUpHeld(parts, now - SPANS.held);
  await store.queues.unstick(now + NO_PACE_REACHES);
  await store.submissions.forget(now);
  await store.letters.forget(now - SPANS.bounceWindow);
  await store.tickets.forget(now);
  await store.mailbox.forget(now - SPANS.mailbox);
  await store.contacts.forget(now);
  await store.sessions.forget(now - SPANS.overLink, now - SPANS.sessionUnused, now - SPANS.session);
  await store.passkeys.forget(now);
  await store.intakes.forget(now - SPANS.intake);
  await store.jobs.forget(now - SPANS.job);
  await store.tokens.forget(now - SPANS.tombstone);
  await store.hooks.forget(now - SPANS.hookRecord);
  for (const campaign of parts.campaigns.all()) await forgetMarks(parts, campaign);
  await destroyKeys(parts, now);
}

/** A day's key goes with the last thing that it sealed. */
async function destroyKeys({ store, vault }: Pick<Parts, 'store' | 'vault'>, now: number): Promise<void> {
  for (const id of vault.keys.over(now)) {
    if (!(await store.erasure.isSealedBy(id))) vault.keys.destroy(id);
  }
}

/** Gives up letters that were held so long that nobody will decide any more. */
async function giveUpHeld(parts: Pick<Parts, 'store' | 'vault' | 'now'>, before: number): Promise<void> {
  const giveUp = givingUp(parts);
  for (;;) {
    const held = await parts.store.letters.heldBefore(before, 100);
    for (const row of held) await giveUp(row).catch(unlessLost);
    if (held.length < 100) return;
  }
}

/** Settled by somebody else in the meantime: nothing is left to do. */
function unlessLost(error: unknown): void {
  if (!(error instanceof Lost)) throw error;
}
