import { SPANS } from '../domain/states.ts';
import type { Answer } from './call-out.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How long to wait after each try that failed. The schedule of the Standard Webhooks specification (1.0.0,
 * "Deliverability and reliability"), and two days more, so that what fails from the first to the last has failed as long
 * as an address may.
 */
const WAITS = [5000, 5 * MINUTE, ...[0.5, 2, 5, 10, 14, 20, 24, 24, 24].map((hours) => hours * HOUR)];
/** An address may ask for quiet, but not for ever. */
const LONGEST_QUIET = 24 * HOUR;

/** What becomes of a message after a try: taken, tried again at `dueAt` (null: not by itself), or its address is ended. */
export type Verdict =
  | { is: 'taken'; outcome: string }
  | { is: 'not-taken'; outcome: string; dueAt: number | null; quietUntil: number | null }
  | { is: 'ended'; outcome: string };

type Tried = { attempts: number; failingSince: number | null; now: number; random: number };

/** What an answer, or that none came (in words), means. `random` is in [0, 1). */
export function judge(answer: Answer | string, { attempts, failingSince, now, random }: Tried): Verdict {
  const { status, retryAfter } = typeof answer === 'string' ? { status: 0, retryAfter: null } : answer;
  if (status >= 200 && status < 300) return { is: 'taken', outcome: `it answered ${status}` };
  const outcome = typeof answer === 'string' ? answer : inWords(status);
  if (status === 410 || (failingSince !== null && now - failingSince >= SPANS.hookFailing))
    return { is: 'ended', outcome };
  const quietUntil = quiet(retryAfter, now);
  const wait = WAITS[attempts - 1];
  // Up to a quarter longer, so that many do not come back at once; never shorter.
  const dueAt = wait === undefined ? null : now + Math.round(wait * (1 + random / 4));
  return { is: 'not-taken', outcome, dueAt: dueAt && Math.max(dueAt, quietUntil ?? 0), quietUntil };
}

/** Until when an address asks to be left alone: seconds, or a date (RFC 9110, 10.2.3). Anything else asks for nothing. */
function quiet(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  const until = /^\d{1,9}$/.test(retryAfter) ? now + Number(retryAfter) * 1000 : Date.parse(retryAfter);
  return until > now ? Math.min(until, now + LONGEST_QUIET) : null;
}

function inWords(status: number): string {
  if (status === 410) return 'it says that it is gone (410)';
  if (status === 429) return 'it asks for fewer messages (429)';
  if (status >= 300 && status < 400) return `it has moved (${status}), and redirects are not followed`;
  if (status === 401 || status === 403) return `it did not let us in (${status})`;
  if (status === 404) return 'nothing is there (404)';
  return status >= 500 ? `it has a fault of its own (${status})` : `it did not take it (${status})`;
}
