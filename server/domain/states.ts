/**
 * The states of a submission (one person's act) and of a letter, what each owes, and what may follow.
 * Outsiders see fewer words: pending = new and pending, confirmed = ready and held.
 */
export const SUBMISSION_STATES = {
  new: { owes: 'confirmation-mail', next: ['pending', 'confirmed', 'expired'] },
  pending: { owes: null, next: ['confirmed', 'expired'] },
  confirmed: { owes: null, next: [] },
  expired: { owes: null, next: [] },
} as const;
export type SubmissionState = keyof typeof SUBMISSION_STATES;

export const LETTER_STATES = {
  ready: { owes: 'letter', outside: 'confirmed', next: ['sent', 'failed', 'held', 'withdrawn'] },
  held: { owes: null, outside: 'held', next: ['ready', 'failed', 'expired', 'withdrawn'] },
  sent: { owes: null, outside: 'sent', next: ['bounced'] },
  bounced: { owes: null, outside: 'bounced', next: [] },
  failed: { owes: null, outside: 'failed', next: [] },
  withdrawn: { owes: null, outside: 'withdrawn', next: [] },
  expired: { owes: null, outside: 'expired', next: [] },
} as const;
export type LetterState = keyof typeof LETTER_STATES;

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long each thing is kept or waited for, in milliseconds. */
export const SPANS = {
  /** From the form to the click in the mail. */
  confirmation: 72 * HOUR,
  /** A spent or expired link still says so that long. */
  tombstone: 30 * DAY,
  /** A worker's claim; renewed by nobody, so longer than any SMTP conversation may last. */
  lease: 15 * 60 * SECOND,
  /** From the first try of a letter to giving up. */
  trying: 5 * DAY,
  /** After sending, a bounce may come back this long; then everything of the letter goes. */
  bounceWindow: 7 * DAY,
  /** Mail of a demonstration, or of an installation without a mail server, lies this long in the local mailbox. */
  mailbox: 7 * DAY,
} as const;

/**
 * How long to wait after the n-th failed try (n from 1): half a minute at first, doubling up to an hour, "full jitter":
 * any moment within that span, so that many letters do not come back at once. `random` is in [0, 1).
 */
export function retryDelay(attempts: number, random: number): number {
  const span = Math.min(30 * SECOND * 2 ** Math.max(0, attempts - 1), HOUR);
  return Math.ceil(SECOND + random * (span - SECOND));
}
