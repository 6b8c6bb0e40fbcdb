/** What is taken out of the count: everything under one source, or of it only a country or some days. */
export type Condition = { source: string; country: string | null; from: string | null; to: string | null };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SHAPES: Record<string, RegExp> = {
  source: /^(?!aside\.)[a-z0-9][a-z0-9._-]{0,39}$/,
  country: /^[A-Z]{2}$/,
  from: DAY,
  to: DAY,
};

/** Reads `source=suspected,country=IE,from=2026-11-01,to=2026-11-24`; only the source must be there. Null where it is none. */
export function readCondition(text: string): Condition | null {
  const given: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.trim().split('=');
    if (!SHAPES[name]?.test(value) || given[name] !== undefined) return null;
    given[name] = value;
  }
  const { source, country = null, from = null, to = null } = given;
  return source === undefined ? null : { source, country, from, to };
}

/** A condition as {@link readCondition} reads it. */
export function conditionInWords(condition: Condition): string {
  const given = Object.entries(condition).filter(([, value]) => value !== null);
  return given.map(([name, value]) => `${name}=${value}`).join(',');
}

/** Whether something of a source, country and day is meant. */
export function isMeant(condition: Condition, of: { source: string; country: string; day: string }): boolean {
  const { source, country, from, to } = condition;
  if (of.source !== source || (country !== null && of.country !== country)) return false;
  return (from === null || of.day >= from) && (to === null || of.day <= to);
}

/** The source under which what was taken out is counted: each time another, so that it can be put back. */
export const asideSource = (id: string): string => `aside.${id}`;
export const isAside = (source: string): boolean => source.startsWith('aside.');
