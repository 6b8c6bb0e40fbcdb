import { inDaytime, nextTurn, timezoneOf } from '../domain/pacing.ts';
import { SPANS } from '../domain/states.ts';
import { LINES } from '../mail/smtp.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';
import type { Letter } from '../store/letters.ts';
import type { Queue } from '../store/queues.ts';
import type { Submission } from '../store/submissions.ts';
import { sendConfirmation } from './confirmations.ts';
import { sendDeskMail } from './desk-mails.ts';
import { nameOf } from './fault.ts';
import { runHooks } from './hooks.ts';
import { openLanes } from './lanes.ts';
import { type Outcome, sendLetter } from './letters.ts';
import { openMailLimit } from './mail-limit.ts';
import { watchRelay } from './relay.ts';
import { scrubber } from './scrub.ts';
import { sweep } from './sweep.ts';

const LOOK_EVERY = 250;
/** Lines that confirmation mails leave to letters, however slow the inboxes they go to. */
const FOR_LETTERS = 3;
const RENEW_EVERY = SPANS.lease / 3;
const SWEEP_EVERY = 60_000;
/** What is erased is gone from the files within a minute: a reader in the way may fail it twice. */
const SCRUB_EVERY = 20_000;

/**
 * Sends what is owed: confirmation mails first (somebody is waiting at a page), then letters, each office's at its pace.
 * Writes wake it; the clock is its second, for what other processes wrote and for what was put off. Each piece of work
 * is borrowed for a minute and goes on being borrowed while its conversation lives, so a crash gives it back by itself.
 */
export function runOutbox(parts: Parts) {
  const busy = new Set<Promise<void>>();
  const relay = watchRelay(parts);
  const lanes = openLanes(LINES);
  const limit = openMailLimit(parts.now);
  const hooks = runHooks(parts);
  let stopped = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let blind = false;

  let confirming = 0;
  const room = () => relay.room(LINES) - busy.size;

  function wake(): void {
    if (stopped) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .then(
        () => {
          blind = false;
        },
        (error) => {
          // Said once, not four times a second for as long as the database is away.
          if (!blind) parts.log.error({ fault: nameOf(error) }, 'the outbox could not look for work');
          blind = true;
        },
      )
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
    if (room() <= 0) return;
    const most = Math.min(room(), LINES - FOR_LETTERS - confirming);
    if (most > 0)
      for (const row of await parts.store.submissions.claimDue(now, now + SPANS.lease, most)) confirmationOf(row);
    if (room() > 0) await deskMail(now);
    if (room() <= 0) return;
    // Slow offices that wait for a lane stay due and stand in front: what is looked at reaches past them.
    for (const queue of await parts.store.queues.due(now, 2 * LINES + lanes.waiting())) {
      const most = Math.min(room(), lanes.room(queue));
      if (most > 0) await take(queue, most, now);
    }
  }

  /** Takes letters out of a queue whose turn has come: one where there is a pace, else as many as there is room for. */
  async function take(queue: Queue, most: number, now: number): Promise<void> {
    const campaign = parts.campaigns.get(queue.campaign);
    const recipient = campaign?.recipients.find(({ id }) => id === queue.recipient);
    const refusing = queue.refusingSince !== null;
    const pace = recipient && !refusing ? (campaign?.facts.pacePerHour ?? null) : null;
    const zone = recipient ? timezoneOf(recipient) : 'UTC';
    const open = pace === null ? now : inDaytime(now, zone);
    const next =
      open > now ? nextTurn(open, pace, zone, parts.random() - 0.5) : nextTurn(now, pace, zone, parts.random());
    if (!(await parts.store.queues.turn(queue, next)) || open > now) return;
    const wanted = pace === null ? most : 1;
    const letters = await parts.store.letters.claim(queue, now, now + SPANS.lease, wanted);
    for (const letter of letters) letterOf(letter, refusing);
    if (letters.length === 0 || (pace === null && letters.length < wanted)) {
      await parts.store.queues.rest(queue, now);
    }
  }

  function confirmationOf(row: Submission): void {
    const renew = (until: number) => parts.store.submissions.later(row.id, row.attempts, until);
    confirming += 1;
    const work = () =>
      sendConfirmation(parts, row, limit).finally(() => {
        confirming -= 1;
      });
    start(work, renew, { submission: row.id });
  }

  /** Campaigners wait at a page too, but there are few of them: one mail at each look. */
  async function deskMail(now: number): Promise<void> {
    const row = await parts.store.deskMails.claim(now, now + SPANS.lease);
    if (!row) return;
    const renew = (until: number) => parts.store.deskMails.later(row, until).then(() => true);
    start(() => sendDeskMail(parts, row), renew, {});
  }

  function letterOf(row: Letter, refusing: boolean): void {
    const leave = lanes.enter(row, parts.now);
    const work = () => sendLetter(parts, row, refusing).finally(leave);
    start(work, (until) => parts.store.letters.renew(row, until), { letter: row.id });
  }

  function start(
    work: () => Promise<Outcome>,
    renew: (until: number) => Promise<boolean>,
    about: { submission?: string; letter?: string },
  ): void {
    const lease = setInterval(() => {
      // Where it cannot be renewed, another worker may take it, and the final dot will not be set by this one.
      renew(parts.now() + SPANS.lease).catch(() => {});
    }, RENEW_EVERY);
    const job: Promise<void> = work()
      .then((outcome) => {
        if (outcome === 'relay') relay.failed();
        else if (outcome === 'spoke') relay.worked();
      })
      .catch((error) => {
        // Lost: the claim had lapsed, or the sender was quicker; whoever holds it now has settled it.
        if (!(error instanceof Lost))
          parts.log.error({ ...about, fault: nameOf(error) }, 'a mail could not be handled; it is tried again later');
      })
      .finally(() => {
        clearInterval(lease);
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
    setInterval(scrubber(parts), SCRUB_EVERY),
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
      await hooks.stop();
    },
  };
}
