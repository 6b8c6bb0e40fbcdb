import type { Config } from '../config.ts';

/** `fault`: keeps mail from arriving, or people from confirming. `doubt`: may be well; a person should look. */
export type Verdict = 'ok' | 'doubt' | 'fault';

/** What one check found, in a sentence, and in another the mend. Neither holds a secret or a person's address. */
export type Finding = { check: string; verdict: Verdict; says: string; mend: string | null };

/** What the doctor is called to: settings, and all that lies around them. */
export type Visit = { config: Config; root: string; outside: Outside };

/** The world as the doctor asks it; a test gives another one. */
export type Outside = {
  /** Asks the DNS; throws an Error with `code`, {@link NO_NETWORK} where nothing at all can be asked from here. */
  resolve(name: string, type: string): Promise<unknown[]>;
  /** The names that the DNS gives to an address. */
  reverse(address: string): Promise<string[]>;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Milliseconds since 1970. */
  now(): number;
  /** The addresses by which the world knows this machine, as far as it knows itself. */
  ownAddresses(): string[];
  /** How many bytes a folder's disk has, and how many are free. */
  space(folder: string): Promise<{ free: number; total: number }>;
  /** How many milliseconds a check may take. */
  patience: number;
};

export const NO_NETWORK = 'ENONETWORK';

export function ok(check: string, says: string): Finding {
  return { check, verdict: 'ok', says, mend: null };
}

export function doubt(check: string, says: string, mend: string): Finding {
  return { check, verdict: 'doubt', says, mend };
}

export function fault(check: string, says: string, mend: string): Finding {
  return { check, verdict: 'fault', says, mend };
}

/** What is found where a check could not look: that says nothing against anybody. */
export function unseen(check: string): Finding {
  return doubt(
    check,
    'It could not be looked up from here.',
    'Try again from a machine with a network and a DNS server.',
  );
}

/** The answers of the DNS, none where there are none. Throws where the question could not be asked. */
export async function ask<T>(outside: Outside, name: string, type: string): Promise<T[]> {
  try {
    return (await outside.resolve(name, type)) as T[];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Whether an error of the DNS says surely that there is no such record. */
export function isAbsent(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA'].includes(codeOf(error));
}

export function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause ? codeOf(cause) : '';
}
