import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../doctor/finding.ts';
import type { Parts } from '../parts.ts';

/** A page waits that long for the doctor; after it the next page tells. */
const PATIENCE = 800;
const FRESH = 60_000;

/** What the doctor found, kept for a minute: looking costs conversations with the DNS and the mail server. */
export function openInstallation({ examine, now }: Pick<Parts, 'examine' | 'now'>) {
  let last: { at: number; findings: Promise<Finding[]> } | null = null;

  /** All findings, as they are within a minute. */
  function findings(): Promise<Finding[]> {
    if (!last || now() - last.at > FRESH) last = { at: now(), findings: examine() };
    return last.findings;
  }

  return {
    findings,
    /** The same, or null where it takes longer than a page may. */
    soon: (): Promise<Finding[] | null> => Promise.race([findings(), sleep(PATIENCE, null)]),
  };
}
