import type { World } from '../../domain/countries.ts';
import { MENDS } from '../offices.ts';
import { codePoint, complaint, show } from '../wording.ts';
import { type Cell, cleanCell, looksLikeFormula } from './cell.ts';
import { FIELDS, type Field } from './column-names.ts';
import type { Mapping } from './columns.ts';
import { checkedOnIn, contactFormIn, emailIn, languageIn, type Meaning, timezoneIn, wordsIn } from './fields.ts';
import type { Finding } from './findings.ts';
import type { ListRow } from './list.ts';
import type { Places } from './places.ts';

/**
 * What a list is measured by. `languages`: those of the campaign; `defaults`: what holds for rows that say nothing;
 * `demonstration`: addresses are invented, and do not grow old.
 */
export type IntakeEyes = {
  world: World;
  today: string;
  demonstration: boolean;
  languages: readonly string[];
  defaults: Defaults;
};
/** `country`, `source` and `checkedOn` are as good as cells; the others hold where the present list says nothing either. */
export type Defaults = Partial<
  Record<'country' | 'source' | 'checkedOn' | 'office' | 'salutation' | 'language', string>
>;

/** What a row says, as far as it can be understood; what it does not say is absent. */
export type Said = Partial<Record<Exclude<Field, 'language'>, string | undefined>> & {
  languages?: string[];
  offices: Record<string, string>;
  salutations: Record<string, string>;
};
const silent = (): Said => ({ offices: {}, salutations: {} });
/** What a row says that says nothing, as JSON. */
export const SILENT = JSON.stringify(silent());

/** `refused`: the fields whose cells say something that cannot be kept. */
export type ReadRow = {
  line: number;
  said: Said;
  refused: ReadonlySet<Field>;
  findings: Finding[];
  /** The row's cells as they stand in the list. */
  cells: readonly string[];
};

const COLUMNS: Record<string, string> = { contactForm: 'contact_form', checkedOn: 'checked_on' };

const NOTHING: Meaning<string> = { value: null, findings: [] };

/** Reads the cells of a row, each by itself. A row that is wider than the header may say anything anywhere, so nothing of it is kept. */
export function readRow(row: ListRow, width: number, mapping: Mapping, eyes: IntakeEyes, places: Places): ReadRow {
  const { line, cells, fault } = row;
  const findings: Finding[] = [];
  const wide = cells.length > width;
  if (fault !== undefined) findings.push({ kind: 'misfit', text: fault, verdict: wide ? 'no' : 'look' });
  if (fault !== undefined && wide) return { line, said: silent(), refused: new Set(FIELDS), findings, cells };
  const refused = new Set<Field>();
  const said = silent();
  for (const field of FIELDS) {
    const cell = cellOf(field, cells, mapping);
    const text = textOf(field, cell, findings);
    const meant = text || (text === '' && defaultOf(field, eyes)) || '';
    const { value, findings: more } = meant ? meaningOf(field, meant, eyes, places) : NOTHING;
    findings.push(...more);
    if (value === null && text !== '') refused.add(field);
    if (value === null) continue;
    Object.assign(said, { [field === 'language' ? 'languages' : field]: value });
    if (cell.joined) findings.push(joined(field));
  }
  readInLanguages(cells, mapping, said, findings);
  return { line, said, refused, findings, cells };
}

/** `office_de`, `salutation_de` and the like. */
function readInLanguages(cells: readonly string[], mapping: Mapping, said: Said, findings: Finding[]): void {
  for (const [column, at] of Object.entries(mapping.inLanguages)) {
    const text = textOf(column, cleanCell(cells[at ?? -1] ?? ''), findings);
    const { value, findings: more } = text ? wordsIn(column, text) : NOTHING;
    findings.push(...more);
    const [field, language = ''] = column.split(/_(.*)/s);
    if (value !== null) said[field === 'office' ? 'offices' : 'salutations'][language] = value;
  }
}

/** A field's cell, or two of them joined by a space. */
function cellOf(field: Field, cells: readonly string[], mapping: Mapping): Cell {
  const first = cleanCell(cells[mapping[field] ?? -1] ?? '', field === 'email' || field === 'contactForm');
  const other = field === 'name' || field === 'office' ? mapping.and[field] : null;
  if (other === null) return first;
  const second = cleanCell(cells[other] ?? '');
  // A formula in the second would not be seen behind the words of the first.
  const text = looksLikeFormula(second.text) ? second.text : `${first.text} ${second.text}`.trim();
  return { text, hidden: [...first.hidden, ...second.hidden], joined: first.joined || second.joined };
}

/** The text of a cell; null where it cannot be taken for one. */
function textOf(field: string, { text, hidden }: Cell, findings: Finding[]): string | null {
  const column = COLUMNS[field] ?? field;
  if (hidden.length > 0 && text !== '') {
    const what = hidden.slice(0, 3).map(codePoint).join(', ');
    const said = `${column}: ${show(text)} held what is not seen (${what}). It was taken away; look whether the rest is right.`;
    findings.push({ kind: 'hidden-characters', verdict: 'look', text: said });
  }
  if (!looksLikeFormula(text)) return text;
  const said = `${column}: ${complaint(text, 'looks like a formula. Write the text that it stands for')}`;
  findings.push({ kind: 'formula', verdict: 'no', text: said });
  return null;
}

function joined(field: string): Finding {
  const text = `${COLUMNS[field] ?? field}: its lines were joined into one.`;
  return { kind: 'changed', verdict: 'good', text };
}

function defaultOf(field: Field, { defaults }: IntakeEyes): string | undefined {
  return field === 'country' || field === 'source' || field === 'checkedOn' ? defaults[field] : undefined;
}

function meaningOf(field: Field, text: string, eyes: IntakeEyes, places: Places): Meaning<string | string[]> {
  const { demonstration, today, languages } = eyes;
  switch (field) {
    case 'email':
      return emailIn(text, demonstration);
    case 'contactForm':
      return contactFormIn(text, demonstration);
    case 'checkedOn':
      return checkedOnIn(text, today, demonstration);
    case 'timezone':
      return timezoneIn(text);
    case 'language':
      return languageIn(text, languages);
    case 'country':
      return countryIn(text, places);
    case 'name':
    case 'office':
    case 'salutation':
      return wordsIn(field, text);
    default:
      return { value: text, findings: [] };
  }
}

function countryIn(text: string, places: Places): Meaning<string> {
  const value = places.find(text);
  if (value !== null) return { value, findings: [] };
  const said = `country: ${complaint(text, 'is no country we know', MENDS.country)}`;
  return { value, findings: [{ kind: 'unknown-country', verdict: 'no', text: said }] };
}
