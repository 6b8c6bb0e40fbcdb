import type { Gathered, Unit } from './days.ts';

/** The words for a chart's times: `below` a column and `inFull` by its first day, and `now` for the present one. */
export type Times = { below(day: string): string; inFull(day: string): string; now: string };

/** Months are told with their year; days and weeks too, in full, where the chart reaches over a new year. */
export function timesOf({ unit, columns }: Gathered, language: string): Times {
  const years = new Set(columns.map(({ day }) => day.slice(0, 4)));
  const year = years.size > 1 || unit === 'month' ? ({ year: 'numeric' } as const) : {};
  const isMonth = unit === 'month';
  const below = isMonth
    ? ({ month: 'short', year: 'numeric' } as const)
    : ({ day: 'numeric', month: 'short' } as const);
  const inFull = isMonth ? ({ month: 'long' } as const) : ({ day: 'numeric', month: 'long' } as const);
  return {
    below: written(language, below),
    inFull: written(language, { ...inFull, ...year }),
    now: nowIn(unit, language),
  };
}

/** Most offices that read English write the day before the month, and so do letters. */
function written(language: string, form: Intl.DateTimeFormatOptions): (day: string) => string {
  const dates = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...form, timeZone: 'UTC' });
  return (day) => dates.format(new Date(`${day}T00:00:00Z`));
}

/** "today", "this week" or "this month". */
function nowIn(unit: Unit, language: string): string {
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, unit);
}
