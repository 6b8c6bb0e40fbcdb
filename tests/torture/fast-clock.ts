/** When the time of the fast clocks begins. */
export const BEGINNING = Date.parse('2026-11-24T10:00:00Z');

/** A clock that all processes agree on: it stood at {@link BEGINNING} at the real moment `since`, and runs `speed` times too fast. */
export function fastClock(since: number, speed: number): () => number {
  return () => Math.floor(BEGINNING + (Date.now() - since) * speed);
}
