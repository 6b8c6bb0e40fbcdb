const DAY = 86_400_000;
/** So many days have columns of their own; so many are gathered into weeks; more into months. */
const DAYS_AT_MOST = 60;
const DAYS_IN_WEEKS_AT_MOST = 400;

export type DayCount = { day: string; n: number };
export type Unit = 'day' | 'week' | 'month';
/** `day` is the first of the column's days by the calendar; `isNow` where today is one of them. */
export type Column = DayCount & { isNow: boolean };
export type Gathered = { unit: Unit; span: number; columns: Column[] };

/**
 * Counts by day (YYYY-MM-DD, in any order) as columns without gaps, from the first day to `today`; where `today` is
 * null, to the last day that was counted. Weeks begin on Monday (ISO 8601). `span` is how many days there are.
 */
export function gather(days: readonly DayCount[], today: string | null): Gathered {
  const byDay = new Map<number, number>();
  for (const { day, n } of days) byDay.set(numberOf(day), (byDay.get(numberOf(day)) ?? 0) + n);
  const now = today === null ? null : numberOf(today);
  const ends = now === null ? [...byDay.keys()] : [...byDay.keys(), now];
  if (ends.length === 0) return { unit: 'day', span: 0, columns: [] };
  const first = ends.reduce((a, b) => Math.min(a, b));
  const last = ends.reduce((a, b) => Math.max(a, b));
  const span = last - first + 1;
  const unit = span <= DAYS_AT_MOST ? 'day' : span <= DAYS_IN_WEEKS_AT_MOST ? 'week' : 'month';
  const columns = new Map<number, number>();
  for (let day = first; day <= last; day += 1) {
    const start = startOf(day, unit);
    columns.set(start, (columns.get(start) ?? 0) + (byDay.get(day) ?? 0));
  }
  const current = now === null ? null : startOf(now, unit);
  return {
    unit,
    span,
    columns: [...columns].map(([start, n]) => ({ day: dayOf(start), n, isNow: start === current })),
  };
}

/** Days since 1970-01-01, which was a Thursday. */
function numberOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

function dayOf(number: number): string {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

function startOf(number: number, unit: Unit): number {
  if (unit === 'day') return number;
  if (unit === 'week') return number - ((number + 3) % 7);
  return numberOf(`${dayOf(number).slice(0, 7)}-01`);
}
