import type { Verdict } from '../domain/bounce.ts';

/** Reads one returned mail: what it says, and the addresses in it that may carry a token of ours. */
export async function readReturned(_raw: Buffer): Promise<{ verdict: Verdict; addresses: string[] }> {
  return { verdict: { kind: 'unknown', status: null, recipient: null }, addresses: [] };
}
