import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ReturnedMail, Verdict } from '../../domain/bounce.ts';
import { Refusal } from '../../domain/errors.ts';

/**
 * One request of a mail service whose signature held.
 * - `id`: what is never the same in two requests, so that a repeat is known; null where the service gives nothing of the kind.
 * - `fresh`: signed lately. What was not is not acted upon, and has no notices.
 * - `subscribe`: completes a subscription that the service offers.
 */
export type Reading = {
  id: string | null;
  fresh: boolean;
  notices: ReturnedMail[];
  subscribe?: () => Promise<void>;
  unsubscribed?: true;
};

/** A request as it came: the body is the text that was signed. */
export type SignedRequest = { headers: Record<string, string | string[] | undefined>; body: string };

/** Verifies a request of one mail service and reads it. Throws a Refusal: `not-signed`, or `invalid-input` once it was signed. */
export type Vendor = {
  /** How long a signature is good for, both ways (ms): so long a request could be played again, and is remembered. */
  span: number;
  /** What an answer that refuses must ask for (RFC 9110, 15.5.2), where the signature is a password. */
  challenge?: string;
  read(request: SignedRequest, now: number): Promise<Reading>;
};

/** A text of a vendor's payload, of a length nobody needs more of. */
export const word = z.string().max(20_000);

/** Reads a payload by its schema. What is not signed yet is refused as such; what is, as broken. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown, otherwise: 'not-signed' | 'invalid-input'): T {
  const parsed = read(schema, value);
  if (parsed?.success) return parsed.data;
  const fields = new Set(parsed ? parsed.error.issues.map(({ path }) => String(path[0] ?? 'body')) : ['body']);
  throw new Refusal(otherwise, {}, otherwise === 'not-signed' ? [] : [...fields].map(fieldFault));
}

/** Zod measures whatever has a length, also what is no text: it throws over one that cannot be compared. Null then. */
function read<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> | null {
  try {
    return schema.safeParse(value);
  } catch {
    return null;
  }
}

const fieldFault = (field: string) => ({ field, fault: 'fault.type' });

/** A JSON text as a value. */
export function json(text: string, otherwise: 'malformed-request' | 'invalid-input'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(otherwise, {}, otherwise === 'invalid-input' ? [fieldFault('body')] : []);
  }
}

/** Whether two texts are the same, in a time that tells nothing of either. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Our letter's id in its From address or Message-ID, as `letter+ID@…`, `<ID@…>` or `ID@…`. */
export function letterIn(text: string | undefined): string | undefined {
  return /(?:^|[<\s"]|letter\+)([0-9a-f]{32})@/i.exec(text ?? '')?.[1]?.toLowerCase();
}

/** The first enhanced status (RFC 3463) in what a server said. */
export function statusIn(...texts: (string | undefined)[]): string | null {
  for (const text of texts) {
    const status = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(text ?? '')?.[0];
    if (status) return status;
  }
  return null;
}

/** Statuses by which neither mailbox nor domain is gone: full or too big, the server's own state, the content, policy; or for now. */
const OTHERWISE = /^(?:4\.|5\.(?:2\.[2-9]|3\.|6\.|7\.))/;

/**
 * Whether a failure that a service calls permanent and the address's fault is so: `hard` only where the mailbox or its
 * domain is gone, `soft` where the status names another reason.
 */
export function hardUnless(status: string | null): 'hard' | 'soft' {
  return status && OTHERWISE.test(status) ? 'soft' : 'hard';
}

/** Statuses that name the address or its domain: unknown, moved, disabled, no route, null MX. */
const GONE = /^5\.(?:1\.(?:[0-36]|10)|2\.1|4\.4)$/;

/** `hard` only where the status itself says that mailbox or domain are gone. */
export function hardIf(status: string | null): 'hard' | 'soft' {
  return status && GONE.test(status) ? 'hard' : 'soft';
}

/** A returned mail as it was reported, `letter` left out where there is none. */
export function notice(addresses: (string | undefined)[], letter: string | undefined, verdict: Verdict): ReturnedMail {
  const named = addresses.filter((each): each is string => each !== undefined && each !== '');
  return letter ? { addresses: named, letter, verdict } : { addresses: named, verdict };
}
