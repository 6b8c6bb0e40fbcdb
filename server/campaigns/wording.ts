import type { z } from 'zod';

/** A sentence about a place in a file; null where it is about the whole. */
export type Remark = { line: number | null; text: string };

/** What came of reading a file: a value, or faults that refuse it, and doubts that do not. */
export type Read<T> = { value: T | null; faults: Remark[]; doubts: Remark[] };

/** A text as it may stand in a report: in quotes, short, and with nothing a terminal would obey or not show. */
export function show(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return `"${short.replace(/[\p{C}\u2028\u2029]/gu, codePoint)}"`;
}

/** A character by its number, as `U+0443`. */
export function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Where in a JSON file: `organiser, contact` or `languages, entry 2`. */
export function pathInWords(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === 'number' ? `entry ${step + 1}` : String(step))).join(', ');
}

const FORMATS: Record<string, string> = {
  date: 'is not a day such as 2026-11-15',
  url: 'is not a web address such as https://example.org/contact',
};
const KINDS: Record<string, string> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in square brackets',
  object: 'an object in braces',
  record: 'an object in braces',
};

/** What zod found, as the end of a sentence: `is missing`. Our own schemas' messages are such ends already. */
export function issueInWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `is not ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'is empty' : 'is too small';
    case 'too_big':
      return `is more than ${issue.maximum}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? issue.message;
    case 'invalid_value':
      return `is not one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}`;
    case 'unrecognized_keys':
      return `holds a name that is not known: ${issue.keys.map(show).join(', ')}. Is it misspelt?`;
    default:
      return issue.message;
  }
}

/** A value, what is wrong with it and how to mend it, as a sentence. */
export function complaint(value: unknown, wrong: string, mend = ''): string {
  const shown = typeof value === 'string' && value !== '' ? `${show(value)} ` : '';
  return `${shown}${wrong}${/[.?]$/.test(wrong) ? '' : '.'}${mend && ` ${mend}`}`;
}
