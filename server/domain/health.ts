/** How an office takes its letters: refusals since the first of a row of them, and how many letters had gone by then. */
export type Health = {
  gone: number;
  refusals: number;
  refusedFrom: number;
  refusedAt: number | null;
  refusingSince: number | null;
};

const FORGOTTEN_AFTER = 7 * 24 * 3_600_000;
const LEAST = 3;

/**
 * An office's health after one more letter was refused for good or came back. It keeps refusing when three or more did,
 * and at least half of what went there since the first of them. A week without a refusal is a new beginning.
 */
export function afterRefusal(health: Health, now: number): Omit<Health, 'gone'> {
  const goesOn = health.refusedAt !== null && now - health.refusedAt < FORGOTTEN_AFTER;
  const refusals = goesOn ? health.refusals + 1 : 1;
  const refusedFrom = goesOn ? health.refusedFrom : Math.max(0, health.gone - 1);
  const refuses = refusals >= LEAST && refusals * 2 >= health.gone - refusedFrom;
  return { refusals, refusedFrom, refusedAt: now, refusingSince: health.refusingSince ?? (refuses ? now : null) };
}
