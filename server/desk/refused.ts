import type { Parts } from '../parts.ts';
import { openHourly } from './hourly.ts';
import { type DeedKind, note } from './record.ts';

/** Who tries for hours shall not fill the record. */
const MOST_AN_HOUR = 5;

/** Why a sign-in failed, and what the record says of it where it was meant for somebody who works here. */
const DEED_OF = {
  'unknown link': null,
  'link that is over': 'link-refused',
  'unknown passkey': null,
  'passkey that does not fit': 'passkey-refused',
  'passkey that was copied': 'passkey-copied',
  'answer that is over': null,
  'too many tries': null,
} as const satisfies Record<string, DeedKind | null>;
export type RefusedBy = keyof typeof DEED_OF;

/**
 * Tells of sign-ins that failed: each in the log, without a person or an address; and in the record where somebody who
 * works here was meant, so that owners see it.
 */
export function openRefused(parts: Pick<Parts, 'store' | 'vault' | 'now' | 'log'>) {
  const isTold = openHourly(parts.now, MOST_AN_HOUR);
  return async (kind: RefusedBy, campaigner: string): Promise<void> => {
    parts.log.warn({ kind }, 'a sign-in was refused');
    const deed = DEED_OF[kind];
    if (deed && campaigner && isTold(campaigner)) await note(parts, campaigner, '', deed, '');
  };
}
export type Refused = ReturnType<typeof openRefused>;
