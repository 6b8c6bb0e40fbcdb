import { FIELDS, type Field } from '../campaigns/intake/column-names.ts';
import { JOINED, type Joined, type Mapping } from '../campaigns/intake/columns.ts';
import { dayIn } from '../campaigns/intake/days.ts';
import type { ColumnShown } from '../campaigns/intake/kept.ts';
import type { Defaults } from '../campaigns/intake/row.ts';
import type { World } from '../domain/countries.ts';
import { text } from '../http/request.ts';
import { countryOptions } from './countries.ts';
import { type FieldModel, field } from './fields.ts';
import { languageName } from './languages.ts';

/** How a list is read: which column means what, and what holds for rows that say nothing. */
export type Reading = { mapping: Mapping; defaults: Defaults };

const LABELS: Record<Field, string> = {
  country: 'Country',
  name: 'Name',
  office: 'Office',
  salutation: 'Salutation',
  language: 'Language',
  email: 'Email address',
  contactForm: 'Web form',
  source: 'Where it was found',
  checkedOn: 'When it was looked at',
  timezone: 'Time zone',
  id: 'Short name',
};
const COLUMNS: Record<string, Field> = { contact_form: 'contactForm', checked_on: 'checkedOn' };

/** A column of `recipients.csv` as campaigners read it. */
export function columnName(column: string): string {
  const [, field, language = ''] = /^(office|salutation)_(.+)$/.exec(column) ?? [];
  if (field) return `${LABELS[field as Field]}, in ${languageName(language)}`;
  return LABELS[COLUMNS[column] ?? (column as Field)] ?? column;
}

/** A sentence about columns, which begins with their names: `email, contact_form: both are empty.` */
export function remarkInWords(text: string): string {
  return text.replace(/^[a-z]+(?:_[\w-]+)?(?:, [a-z_]+)*(?=: )/, (columns) =>
    columns.split(', ').map(columnName).join(', '),
  );
}

const AND: Record<Joined, string> = {
  name: 'Name, second column',
  office: 'Office, second column',
};
/** As people read a list, not as we look for columns. */
const ORDER: readonly Field[] = [
  ...(['country', 'name', 'office', 'salutation', 'language', 'email', 'contactForm'] as const),
  ...(['source', 'checkedOn', 'timezone', 'id'] as const),
];
const EXAMPLE = 30;

/** The reading out of a form, and what is wrong in it, by field. */
export function readingOf(
  form: unknown,
  width: number,
  before: Reading,
): { reading: Reading; faults: Record<string, string> } {
  const faults: Record<string, string> = {};
  const column = (id: string) => {
    const chosen = Number.parseInt(text(form, `column.${id}`) ?? '', 10);
    return chosen >= 0 && chosen < width ? chosen : null;
  };
  const columns = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, column(id)]));
  const and = Object.fromEntries(JOINED.map((id) => [id, column(`and.${id}`)])) as Mapping['and'];
  const inLanguages = columns(Object.keys(before.mapping.inLanguages));
  const mapping = { ...columns(FIELDS), and, inLanguages } as Mapping;
  for (const id of JOINED)
    if (and[id] !== null && and[id] === mapping[id])
      faults[`column.and.${id}`] = 'This is the same column once more. Choose another, or none.';
  const typed = (id: string) => (text(form, `default.${id}`) ?? '').trim();
  const checkedOn = typed('checkedOn');
  if (checkedOn !== '' && dayIn(checkedOn) === null)
    faults['default.checkedOn'] = 'This is not a day. Write it as 2026-11-15.';
  const typedIds = ['country', 'office', 'salutation', 'language', 'source'];
  const given = { ...Object.fromEntries(typedIds.map((id) => [id, typed(id)])), checkedOn };
  const defaults = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  return { reading: { mapping, defaults }, faults };
}

/** The columns to choose from, each with its first values, and what holds where a row says nothing. */
export function readingFields(
  { mapping, defaults }: Reading,
  columns: readonly ColumnShown[],
  languages: readonly string[],
  world: World,
  faults: Record<string, string> = {},
): { columns: FieldModel[]; inLanguages: FieldModel[]; defaults: FieldModel[] } {
  const options: [string, string][] = [
    ['', 'no column'],
    ...columns.map(({ name, values }, at): [string, string] => {
      const example = (values[0] ?? '').slice(0, EXAMPLE);
      return [String(at), `${name || `column ${at + 1}`}${example && ` (${example}…)`}`];
    }),
  ];
  const choice = (id: string, label: string, chosen: number | null) => {
    const values = chosen === null ? [] : (columns[chosen]?.values ?? []);
    const hint = chosen === null ? '' : values.length > 0 ? `First: ${values.join(' · ')}` : 'It is empty.';
    const value = chosen === null ? '' : String(chosen);
    return field(`column.${id}`, label, { options, value, hint, fault: faults[`column.${id}`] });
  };
  const isJoined = (id: Field): id is Joined => (JOINED as readonly string[]).includes(id);
  return {
    columns: ORDER.flatMap((id) => [
      choice(id, LABELS[id], mapping[id]),
      ...(isJoined(id) ? [choice(`and.${id}`, AND[id], mapping.and[id])] : []),
    ]),
    inLanguages: Object.entries(mapping.inLanguages).map(([id, chosen]) => {
      return choice(id, columnName(id), chosen);
    }),
    defaults: [
      field('default.country', 'Country', {
        options: [['', 'none'], ...countryOptions(world)],
        value: defaults.country,
      }),
      field('default.office', 'Office', { value: defaults.office, hint: 'Such as Member of Parliament.' }),
      field('default.salutation', 'Salutation', {
        value: defaults.salutation,
        hint: 'Such as Dear Member of Parliament.',
      }),
      field('default.language', 'Language', {
        options: languages.map((tag): [string, string] => [tag, languageName(tag)]),
        value: defaults.language,
      }),
      field('default.source', 'Where it was found', {
        value: defaults.source,
        hint: 'Such as the web page of a directory.',
      }),
      field('default.checkedOn', 'When it was looked at', {
        ...{ value: defaults.checkedOn, type: 'date', fault: faults['default.checkedOn'] },
        hint: 'The day on which somebody last made sure that the list holds.',
      }),
    ],
  };
}
