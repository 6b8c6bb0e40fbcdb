import { afterRefusal } from '../domain/health.ts';
import type { LetterState } from '../domain/states.ts';
import { type Counter, dayOf, type Move } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';
import { Lost, type Statement } from '../store/connection.ts';
import type { Letter, Settlement } from '../store/letters.ts';
import type { DayBox } from '../vault/vault.ts';
import type { LetterContent } from './confirm.ts';

/** Which counter a state stands under; held letters are still confirmed ones. */
const COUNTED: Partial<Record<LetterState, Counter>> = {
  ready: 'confirmed',
  held: 'confirmed',
  sent: 'sent',
  bounced: 'bounced',
  failed: 'failed',
  expired: 'failed',
};

/** `box`: what is kept of the letter; without it nothing is. */
type Change = Partial<Pick<Settlement, 'doubts' | 'reason' | 'answer'> & { box: DayBox }>;

/** The counter a letter in `state` stands under; undefined for one that is counted no more. */
export const counterOf = (state: LetterState): Counter | undefined => COUNTED[state];

/** What a letter becomes in `state`, and how the tally moves with it. What is not said anew stays, but for the box: it goes. */
export function settlement(row: Letter, state: LetterState, now: number, change: Change = {}) {
  const [before, after] = [COUNTED[row.state], COUNTED[state]];
  const day = before === after ? row.day : dayOf(now);
  const next: Settlement = {
    state,
    box: change.box?.box ?? null,
    dayKey: change.box?.dayKey ?? null,
    day,
    now,
    doubts: change.doubts ?? row.doubts,
    reason: change.reason ?? null,
    answer: change.answer ?? null,
  };
  const { country, source, recipient } = row;
  const moves: Move[] = [];
  if (before !== after) {
    if (before) moves.push({ day: row.day, country, source, recipient, counter: before, n: -1 });
    if (after) moves.push({ day, country, source, recipient, counter: after, n: 1 });
  }
  return { next, moves };
}

/** What lets the same person write a letter anew that will never go: for the transaction that ends it. */
export function freeing({ store, vault }: Pick<Parts, 'store' | 'vault'>, row: Letter): Statement[] {
  // After the campaign's end its key is gone, and so are the fingerprints that it made.
  const content = vault.keys.ofCampaign(row.campaign) && vault.openJson<LetterContent>(`letter ${row.id}`, row);
  return content
    ? [store.letters.unmarking(row.campaign, vault.letterMark(row.campaign, row.recipient, content.email))]
    : [];
}

/** One try more after which a letter may have arrived though nobody said so. */
export function doubt({ country, source, recipient }: Letter, now: number): Move {
  return { day: dayOf(now), country, source, recipient, counter: 'doubtful', n: 1 };
}

/** An office refused one more letter for good, or sent it back: when it keeps doing so, its pages turn to drafts. */
export async function noteRefusal(
  { store, now, log }: Pick<Parts, 'store' | 'now' | 'log'>,
  campaign: string,
  recipient: string,
): Promise<void> {
  for (let again = 0; again < 10; again += 1) {
    const queue = await store.queues.of(campaign, recipient);
    if (!queue) return;
    const next = afterRefusal(queue, now());
    const isNew = next.refusingSince !== null && queue.refusingSince === null;
    try {
      await store.queues.refused(
        queue,
        next,
        isNew
          ? [
              store.notices.noting(campaign, 'refusing', recipient, now()),
              store.hooks.owing(campaign, 'office.refusing', now(), { recipient }),
            ]
          : [],
      );
      if (isNew) log.warn({ campaign, recipient }, 'an office keeps refusing: its pages offer drafts only');
      return;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
  }
}
