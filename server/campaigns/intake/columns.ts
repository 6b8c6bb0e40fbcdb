import { flat, words } from './cell.ts';
import { COLUMN_NAMES, FIELDS, type Field, OTHER_WORDS, PERSON_OR_OFFICE, TELLING_WORDS } from './column-names.ts';
import { holds, sampleOf } from './contents.ts';
import type { ListRow } from './list.ts';

/** Where each field stands: the number of its column, from 0, or null where there is none. */
export type Mapping = Record<Field, number | null>;

/**
 * Guesses which column holds what: by its name as it stands, by a telling word in its name, and where names do not tell
 * by what its cells hold. A column is never guessed to hold two things.
 */
export function guessColumns(header: readonly string[], rows: readonly ListRow[]): Mapping {
  const mapping = Object.fromEntries(FIELDS.map((field) => [field, null])) as Mapping;
  const names = header.map(flat);
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
  const taken = new Set(Object.values(mapping));
  const column = columns.findIndex((_, at) => !taken.has(at) && fits(at));
  return column < 0 ? null : column;
}

function personOrOffice(mapping: Mapping, names: readonly string[], rows: readonly ListRow[]): void {
  const column = firstFree(names, mapping, (at) => PERSON_OR_OFFICE.has(names[at] ?? ''));
  if (column === null) return;
  const isOffice = mapping.name !== null || holds('office', sampleOf(rows, column));
  take(mapping, isOffice ? 'office' : 'name', column);
}
