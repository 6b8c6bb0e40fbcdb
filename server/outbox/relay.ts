import type { Parts } from '../parts.ts';

const LONGEST = 60_000;

/**
 * Watches the mail server that carries everything. While it cannot be used, letters are not tried one by one: all wait,
 * a single one asks again after a second, two, four … up to a minute, and when that one goes, so do the others.
 */
export function watchRelay({ now, random }: Pick<Parts, 'now' | 'random'>) {
  let failures = 0;
  let restUntil = 0;
  return {
    failed(): void {
      // Conversations that were under way together fail together: that is one failure.
      if (failures > 0 && now() < restUntil) return;
      failures += 1;
      restUntil = now() + Math.min(LONGEST, 1000 * 2 ** Math.min(failures - 1, 6)) * (0.5 + random() / 2);
    },
    worked(): void {
      failures = 0;
    },
    /** How many conversations may be under way now, of `most`. */
    room(most: number): number {
      if (failures === 0) return most;
      return now() < restUntil ? 0 : 1;
    },
  };
}
