import type { Verdict } from '../domain/bounce.ts';
import type { Parts } from '../parts.ts';

export type Outcome = 'bounced' | 'noted' | 'stranger' | 'sender-only';

/** Takes one returned mail in. */
export async function takeReturned(
  _parts: Pick<Parts, 'store' | 'vault' | 'now' | 'log'>,
  _mail: { addresses: string[]; verdict: Verdict; letter?: string },
): Promise<Outcome> {
  return 'stranger';
}
