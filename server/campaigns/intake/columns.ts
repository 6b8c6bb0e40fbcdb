import { flat, words } from './cell.ts';
import {
  COLUMN_NAMES,
  FIELDS,
  type Field,
  OTHER_WORDS,
  PAIRS,
  PERSON_OR_OFFICE,
  TELLING_WORDS,
  WHOLE_NAMES,
} from './column-names.ts';
import { holds, sampleOf } from './contents.ts';
import type { ListRow } from './list.ts';

/**
 * Where each field stands: the number of its column, from 0, or null where there is none. `and`: a second column, whose
 * words follow those of the first; `inLanguages`: the columns of `office_de`, `salutation_de` and the like.
 */
export type Mapping = Record<Field, number | null> & {
  and: Record<Joined, number | null>;
  inLanguages: Record<string, number | null>;
};
/** Fields that may be joined of two columns, such as first name and last name. */
export const JOINED = ['name', 'office'] as const;
export type Joined = (typeof JOINED)[number];
/** Fields that an office may have once for each language of a campaign. */
export const IN_LANGUAGES = ['office', 'salutation'] as const;

/**
 * Guesses which column holds what: by its name as it stands, by a telling word in its name, and where names do not tell
 * by what its cells hold. A column is never guessed to hold two things. `languages`: those of the campaign.
 */
export function guessColumns(
  header: readonly string[],
  rows: readonly ListRow[],
  languages: readonly string[],
): Mapping {
  const none = Object.fromEntries(FIELDS.map((field) => [field, null])) as Record<Field, null>;
  const mapping: Mapping = { ...none, and: { name: null, office: null }, inLanguages: inLanguages(header, languages) };
  const names = header.map(flat);
  nameInParts(mapping, names);
  for (const field of FIELDS) take(mapping, field, byName(names, field, mapping));
  personOrOffice(mapping, names, rows);
  const open = header.map((name) => !words(name).some((word) => OTHER_WORDS.has(word)));
  for (const field of FIELDS) {
    const telling = new Set(TELLING_WORDS[field].split(/\s+/));
    const told = (at: number) => open[at] === true && words(header[at] ?? '').some((word) => telling.has(word));
    take(mapping, field, firstFree(header, mapping, told));
  }
  for (const field of FIELDS) {
    const fits = (at: number) => open[at] === true && holds(field, sampleOf(rows, at));
    take(mapping, field, mapping[field] === null ? firstFree(header, mapping, fits) : null);
  }
  return mapping;
}

function take(mapping: Mapping, field: Field, column: number | null): void {
  mapping[field] ??= column;
}

function byName(names: readonly string[], field: Field, mapping: Mapping): number | null {
  for (const name of COLUMN_NAMES[field].split(/\s+/)) {
    const column = firstFree(names, mapping, (at) => names[at] === name);
    if (column !== null) return column;
  }
  return null;
}

function firstFree(columns: readonly unknown[], mapping: Mapping, fits: (at: number) => boolean): number | null {
  const { and, inLanguages, ...plain } = mapping;
  const taken = new Set([plain, and, inLanguages].flatMap((columns) => Object.values(columns)));
  const column = columns.findIndex((_, at) => !taken.has(at) && fits(at));
  return column < 0 ? null : column;
}

/** `office_de`, `Salutation (fr)`, `Anrede de`: a column for each language, where the campaign has that language. */
function inLanguages(header: readonly string[], languages: readonly string[]): Mapping['inLanguages'] {
  const found: Mapping['inLanguages'] = {};
  for (const field of IN_LANGUAGES) {
    const called = COLUMN_NAMES[field].split(/\s+/);
    for (const language of languages) {
      const column = header.findIndex((name) => {
        const [, word = '', tag = ''] = /^(.+?)[\s_(-]+([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\)?\s*$/i.exec(name) ?? [];
        return tag.toLowerCase() === language.toLowerCase() && called.includes(flat(word));
      });
      found[`${field}_${language}`] = column < 0 ? null : column;
    }
  }
  return found;
}

/** First name and last name, where no column has the whole. */
function nameInParts(mapping: Mapping, names: readonly string[]): void {
  const pair = PAIRS.find((parts) => parts.every((part) => names.includes(part)));
  if (!pair || names.some((name) => WHOLE_NAMES.has(name) && !pair.includes(name))) return;
  mapping.name = names.indexOf(pair[0]);
  mapping.and.name = names.indexOf(pair[1]);
}

function personOrOffice(mapping: Mapping, names: readonly string[], rows: readonly ListRow[]): void {
  const column = firstFree(names, mapping, (at) => PERSON_OR_OFFICE.has(names[at] ?? ''));
  if (column === null) return;
  const isOffice = mapping.name !== null || holds('office', sampleOf(rows, column));
  take(mapping, isOffice ? 'office' : 'name', column);
}
