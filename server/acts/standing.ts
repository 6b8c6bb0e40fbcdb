import type { Campaign } from '../domain/campaign.ts';
import { throughBy, timezoneOf } from '../domain/pacing.ts';
import type { Queue } from '../store/queues.ts';

/** How letters to an office stand: how many wait, until when about (ms since 1970; null: at once), whether it keeps refusing. */
export type Standing = { recipient: string; waiting: number; through: number | null; refusing: boolean };

/** How the letters of an office's queue stand; an office that is off the list has no pace. */
export function standingOf({ facts, recipients }: Pick<Campaign, 'facts' | 'recipients'>, queue: Queue, now: number) {
  const { recipient, arrived, gone, paceAt, refusingSince } = queue;
  const waiting = arrived - gone;
  const office = recipients.find(({ id }) => id === recipient);
  const from = Math.max(now, paceAt);
  const through = office ? throughBy(from, waiting, facts.pacePerHour, timezoneOf(office)) : null;
  return { recipient, waiting, through, refusing: refusingSince !== null } satisfies Standing;
}
