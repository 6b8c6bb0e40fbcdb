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
  held: { owes: null, outside: 'held', next: ['ready', 'bounced', 'expired', 'withdrawn'] },
  sent: { owes: null, outside: 'sent', next: ['bounced'] },
  bounced: { owes: null, outside: 'bounced', next: [] },
  failed: { owes: null, outside: 'failed', next: [] },
  withdrawn: { owes: null, outside: 'withdrawn', next: [] },
  expired: { owes: null, outside: 'expired', next: [] },
} as const;
export type LetterState = keyof typeof LETTER_STATES;

/** Why a letter is held until a person decides, or why it failed; each has its sentence in the catalogue. */
export const REASONS = [
  'doubtful', // twice nobody could tell whether the mail server had taken it
  'policy', // the office's or our mail server refuses it for what it is, not for its address
  'tls', // the mail server has no encryption that can be trusted
  'no-address', // the office has no address on the list any more
  'unsendable', // the mail could not be made, or its text could not be opened
  'refusing', // the office keeps refusing
  'put-off', // the office put it off for longer than we try
  'set-aside', // it came in a flood, and the campaign took it out of the count
  'gone', // the office's address, or its domain, does not exist
  'replaced', // it was written to somebody who holds the office no more
] as const;
export type Reason = (typeof REASONS)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long each thing is kept or waited for, in milliseconds. */
export const SPANS = {
  /** From the form to the click in the mail. */
  confirmation: 72 * HOUR,
  /** A spent or expired link still says so that long. */
  tombstone: 30 * DAY,
  /** A worker's claim; renewed while its conversation lives. */
  lease: 60 * SECOND,
  /** From the first time an office put a letter off, until a person must decide. */
  trying: 5 * DAY,
  /** A held letter waits that long for a person; then it is given up. */
  held: 7 * DAY,
  /** After sending, a bounce may come back this long; then everything of the letter goes. */
  bounceWindow: 7 * DAY,
  /** After its campaign is over, what shows that somebody has written to it. */
  marks: 7 * DAY,
  /** After its campaign's last day, who asked to hear from it: until then somebody must have fetched them. */
  contacts: 90 * DAY,
  /** A campaigner's session ends when nobody uses it that long, and after so long in any case: their machines get lost. */
  sessionUnused: DAY,
  session: 14 * DAY,
  /** A link that signs a campaigner in, and the mail that brings it. */
  signInLink: HOUR,
  /** After it was used, or over: who tries it then is written into the record. */
  overLink: 7 * DAY,
  /** A passkey must answer within that. */
  challenge: 5 * MINUTE,
  /** A passkey can be added that long after signing in: a machine that was left open must not be enough. */
  freshSession: 15 * MINUTE,
  /** A list that was uploaded and not taken in. */
  intake: 2 * DAY,
  /** What a job at the desk came to, and the file that it made. */
  job: 30 * DAY,
  /** An address that is told of events, and takes nothing, is ended after so long. */
  hookFailing: 5 * DAY,
  /** What was sent to such addresses, or was to be. */
  hookRecord: 30 * DAY,
  /** After a new signing secret is made, the one before it signs too. */
  hookSecret: DAY,
  /** Mail of a demonstration, or of an installation without a mail server, lies this long in the local mailbox. */
  mailbox: 7 * DAY,
} as const;

/**
 * How long to wait after a try that failed, when the first one failed `elapsed` ms ago: up to half a minute at first,
 * then twice as long each time, up to an hour; and within that span any moment ("full jitter"), so that many letters do
 * not come back at once. `random` is in [0, 1).
 */
export function retryDelay(elapsed: number, random: number): number {
  // 30, 30 + 30, 30 + 90, 30 + 210 …: what has gone by so far, and half a minute more, doubles each time.
  const span = Math.min(30 * SECOND + Math.max(0, elapsed), HOUR);
  return Math.ceil(SECOND + random * (span - SECOND));
}

/** A letter whose dot was set without an answer may have arrived: it is tried once more, and after that held (RFC 1047). */
export const MOST_DOUBTS = 2;
