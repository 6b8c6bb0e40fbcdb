const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$/;
const DOTTED = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$/;
const DAY_OR_MONTH_FIRST = /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})$/;

/**
 * The day of a cell as YYYY-MM-DD; null where it is none, or could be two: 5/11/2026 is in November or in May. With dots
 * the day comes first everywhere.
 */
export function dayIn(text: string): string | null {
  const [, year, , month, day] = YEAR_FIRST.exec(text) ?? [];
  if (year) return dayFrom(year, month, day);
  const dotted = DOTTED.exec(text);
  if (dotted) return dayFrom(dotted[3], dotted[2], dotted[1]);
  const [, first, , second, last] = DAY_OR_MONTH_FIRST.exec(text) ?? [];
  if (!last) return null;
  if (first === second || Number(first) > 12) return dayFrom(last, second, first);
  return Number(second) > 12 ? dayFrom(last, first, second) : null;
}

function dayFrom(year = '', month = '', day = ''): string | null {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const moment = Date.parse(`${text}T00:00:00Z`);
  // 31 February is read as a day of March.
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text) ? text : null;
}
