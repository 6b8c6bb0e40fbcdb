import type { Queue } from '../store/queues.ts';

/** So many conversations with one office at a time; with one that was slow or broke off, one. */
const LANES = 3;
const SLOW_MS = 10_000;

/** Keeps a slow or dead office from taking the room of the others. Lanes are in this process's memory only. */
export function openLanes(most: number) {
  const used = new Map<string, number>();
  const slow = new Set<string>();
  const keyOf = ({ campaign, recipient }: Pick<Queue, 'campaign' | 'recipient'>) => `${campaign} ${recipient}`;
  const slowOnes = () => [...used].reduce((sum, [key, n]) => (slow.has(key) ? sum + n : sum), 0);

  return {
    /** How many more conversations there may be with this office now. */
    room(queue: Queue): number {
      const key = keyOf(queue);
      const now = used.get(key) ?? 0;
      if (!slow.has(key)) return LANES - now;
      // All slow offices together leave half of the room to the others.
      return now === 0 && slowOnes() < most / 2 ? 1 : 0;
    },
    /** How many offices may have to wait for a lane though they are due. */
    waiting: (): number => slow.size,
    /** A conversation begins; call what it gives back when it is over. */
    enter(queue: Pick<Queue, 'campaign' | 'recipient'>, now: () => number): () => void {
      const key = keyOf(queue);
      const began = now();
      used.set(key, (used.get(key) ?? 0) + 1);
      const watch = setTimeout(() => slow.add(key), SLOW_MS);
      return () => {
        clearTimeout(watch);
        const left = (used.get(key) ?? 1) - 1;
        if (left > 0) used.set(key, left);
        else used.delete(key);
        if (now() - began < SLOW_MS) slow.delete(key);
      };
    },
  };
}
