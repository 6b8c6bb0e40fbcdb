import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';
import { sendConfirmation } from './confirmations.ts';
import { sendLetter } from './letters.ts';
import { sweep } from './sweep.ts';

const AT_ONCE = 20;
const LOOK_EVERY = 250;
const SWEEP_EVERY = 60_000;

/**
 * Sends what is owed: confirmation mails first (somebody is waiting at a page), then letters. Writes wake it; the
 * clock is its second, for what other processes wrote and for what was put off. Each piece of work is borrowed for a
 * while, so a crash gives it back by itself.
 */
export function runOutbox(parts: Parts) {
  const busy = new Set<Promise<void>>();
  let stopped = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  function wake(): void {
    if (stopped) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .catch((error) => parts.log.error({ fault: nameOf(error) }, 'the outbox could not look for work'))
      .finally(() => {
        looking = null;
        if (lookAgain) {
          lookAgain = false;
          wake();
        }
      });
  }

  async function look(): Promise<void> {
    const now = parts.now();
    const room = () => AT_ONCE - busy.size;
    if (room() <= 0) return;
    const submissions = await parts.store.submissions.claimDue(now, now + SPANS.lease, room());
    for (const row of submissions) start(() => sendConfirmation(parts, row), { submission: row.id });
    if (room() <= 0) return;
    const letters = await parts.store.letters.claimDue(now, now + SPANS.lease, room());
    for (const row of letters) start(() => sendLetter(parts, row), { letter: row.id });
  }

  function start(work: () => Promise<void>, about: { submission?: string; letter?: string }): void {
    const job: Promise<void> = work()
      .catch((error) => {
        // Lost: the claim had lapsed, or the sender was quicker; whoever holds it now has settled it.
        if (!(error instanceof Lost))
          parts.log.error({ ...about, fault: nameOf(error) }, 'a mail could not be handled; it is tried again later');
      })
      .finally(() => {
        busy.delete(job);
        wake();
      });
    busy.add(job);
  }

  const timers = [
    setInterval(wake, LOOK_EVERY),
    setInterval(
      () => sweep(parts).catch((error) => parts.log.error({ fault: nameOf(error) }, 'the sweep failed')),
      SWEEP_EVERY,
    ),
  ];
  wake();

  return {
    wake,
    /** Takes no new work, and waits for the conversations that are under way. */
    async stop(): Promise<void> {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await looking;
      await Promise.allSettled(busy);
    },
  };
}

/** An error's name and code: messages can hold what somebody typed. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}
