import { Recipient } from '../../domain/campaign.ts';
import { ALPHA_2 } from './alpha3.ts';
import { cleanCell, flat } from './cell.ts';
import type { Field } from './column-names.ts';
import { dayIn } from './days.ts';
import type { ListRow } from './list.ts';
import { type Places, placesOf } from './places.ts';
import { languagesIn } from './tongues.ts';

/** So many rows tell what a column holds. */
const ENOUGH_ROWS = 200;
/** How many of its filled cells must look like it. */
const MOST = 0.7;

/** The first filled cells of a column. */
export function sampleOf(rows: readonly ListRow[], column: number): string[] {
  return rows
    .slice(0, ENOUGH_ROWS)
    .filter(({ fault }) => fault === undefined)
    .map(({ cells }) => cleanCell(cells[column] ?? '').text)
    .filter((text) => text !== '' && text.length < 500);
}

/** Whether most of the cells look like a field's. No cell looks like an id: anything may be one. */
export function holds(field: Field, cells: readonly string[]): boolean {
  const looks = LOOKS[field];
  return looks !== undefined && cells.length > 0 && cells.filter(looks).length >= cells.length * MOST;
}

const LOOKS: Partial<Record<Field, (text: string) => boolean>> = {
  email: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+|<[^\s@]+@[^\s@]+>/.test(text) && !/^https?:/.test(text),
  contactForm: (text) => isWeb(text) && /conta[ct]t|kontakt|formular|formulaire|\bform\b|webform/i.test(text),
  source: (text) => isWeb(text) && !/\.(?:jpe?g|png|gif|svg|webp|ashx)(?:$|\?)/i.test(text),
  // A day long ago is a birthday or the beginning of a term.
  checkedOn: (text) => (dayIn(text) ?? '') >= '2015',
  timezone: (text) => text.includes('/') && Recipient.shape.timezone.safeParse(text).success,
  // Codes in small letters are those of languages.
  country: (text) => !/^[a-z]{2,3}$/.test(text) && everywhere().find(text) !== null,
  salutation: (text) =>
    /^(?:dear|your excellency|sehr geehrt|liebe|guten tag|mesdames|madame|monsieur|estimad|excel|distinguid|egregi|gentil|onorevole)/i.test(
      text,
    ),
  language: (text) => languagesIn(text) !== null,
  office: (text) =>
    /minist|secretar|sekretar|segretari|kanzler|chancellor|commissioner|kommissar|commissaire|president|prasident|governor|ambassador/.test(
      flat(text),
    ),
  name: isName,
};

const isWeb = (text: string): boolean => /^(?:https?:\/\/|www\.)\S+$/i.test(text);

/** Two to five words, each with a capital or a particle between them. */
function isName(text: string): boolean {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const capitals = parts.filter((part) => /^\p{Lu}[\p{L}\p{M}.'’-]*$/u.test(part)).length;
  const particles = parts.filter((part) => /^\p{Ll}{1,4}$/u.test(part)).length;
  return parts.length < 6 && capitals > 1 && capitals + particles === parts.length;
}

let places: Places | null = null;
function everywhere(): Places {
  places ??= placesOf(ALPHA_2.values());
  return places;
}
