/** A month in UTC, `YYYY-MM`. */
export type Month = string;

export function isMonth(text: string): boolean {
  return /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);
}

/** The month of a day (YYYY-MM-DD). */
export const monthOf = (day: string): Month => day.slice(0, 7);

/** The month that lies `n` months after (before, where negative). */
export function monthAfter(month: Month, n: number): Month {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + n);
  return at.toISOString().slice(0, 7);
}

export const firstDay = (month: Month): string => `${month}-01`;
export function lastDay(month: Month): string {
  return new Date(Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`) - 1).toISOString().slice(0, 10);
}

/** All months from one to another, the latest first. */
export function monthsBack(from: Month, to: Month): Month[] {
  const months: Month[] = [];
  for (let month = to; month >= from; month = monthAfter(month, -1)) months.push(month);
  return months;
}
