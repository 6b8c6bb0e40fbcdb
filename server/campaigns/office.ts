import { canonicalAddress } from '../domain/address.ts';
import { Recipient } from '../domain/campaign.ts';
import { isSeveral, SEVERAL } from './addresses.ts';
import { cleanCell, flat } from './intake/cell.ts';
import { checkedOnIn, contactFormIn, emailIn, languageIn, type Meaning, timezoneIn, wordsIn } from './intake/fields.ts';
import { Ids } from './intake/ids.ts';
import { MENDS } from './offices.ts';
import { complaint, issueInWords, show } from './wording.ts';

/** An office as it is written by hand, by the names of `recipients.csv`. */
export type Written = Record<string, string>;

/** What came of reading it: the office or the faults that keep it from being one, and what to look at, by column. */
export type ReadOffice = {
  office: Recipient | null;
  faults: Record<string, string>;
  doubts: Record<string, string>;
};

/** What an office is measured by: `others` are those that stand on the list beside it. */
export type OfficeEyes = {
  today: string;
  demonstration: boolean;
  languages: readonly string[];
  others: readonly Recipient[];
};

const SCHEMA: Record<string, string> = { language: 'languages', contact_form: 'contactForm', checked_on: 'checkedOn' };
const COLUMNS = Object.fromEntries(Object.entries(SCHEMA).map(([column, name]) => [name, column]));

/**
 * Reads one office, in the ways in which cells of a list are understood. What the schema cannot hold is a fault; what a
 * list's row would be refused for but may stand in a draft is a doubt. `before`: texts in languages that are not shown stay.
 */
export function readOffice(written: Written, eyes: OfficeEyes, before: Recipient | null): ReadOffice {
  const cells = Object.fromEntries(Object.entries(written).map(([column, text]) => [column, cleanCell(text).text]));
  const meanings = Object.fromEntries(
    Object.entries(cells).map(([column, text]) => [column, text === '' ? null : meaningOf(column, text, eyes)]),
  );
  const { others } = eyes;
  const input = inputOf(cells, meanings, before);
  if (cells.id === '' && before === null)
    input.id = new Ids(others.map(({ id }) => id)).take({ ...input, id: undefined }, 0).id;
  const parsed = Recipient.safeParse(input, { reportInput: true });
  const faults: Record<string, string> = {};
  for (const issue of parsed.error?.issues ?? []) {
    const column = COLUMNS[String(issue.path[0])] ?? String(issue.path[0]);
    const isMany = column === 'email' && isSeveral(cells.email ?? '');
    faults[column] ??= isMany
      ? complaint(cells.email, SEVERAL)
      : sentence(complaint(cells[column], issueInWords(issue), MENDS[column]));
  }
  if (others.some(({ id }) => id === input.id))
    faults.id ??= `${show(String(input.id))} is the short name of another office. Choose another, or leave it empty.`;
  const doubts: Record<string, string> = {};
  for (const [column, meaning] of Object.entries(meanings)) {
    const said = (meaning?.findings ?? []).filter(({ verdict }) => verdict !== 'good');
    // A finding begins with the name of its column, which stands above the field already.
    const texts = said.map(({ text }) => sentence(text.slice(text.indexOf(': ') + 2)));
    if (texts.length > 0 && !faults[column]) doubts[column] = texts.join(' ');
  }
  const office = Object.keys(faults).length === 0 ? (parsed.data ?? null) : null;
  return { office, faults, doubts: { ...(office && doubtsAbout(office, others)), ...doubts } };
}

const sentence = (text: string): string => (/^(?:is|holds) /.test(text) ? `This ${text}` : text);

function meaningOf(column: string, text: string, { today, demonstration, languages }: OfficeEyes) {
  switch (column) {
    case 'email':
      return emailIn(text, demonstration);
    case 'contact_form':
      return contactFormIn(text, demonstration);
    case 'checked_on':
      return checkedOnIn(text, today, demonstration);
    case 'timezone':
      return timezoneIn(text);
    case 'language':
      return languageIn(text, languages);
    default:
      return /^(?:name|office|salutation)/.test(column) ? wordsIn(column, text) : null;
  }
}

type Meanings = Record<string, Meaning<string | string[]> | null>;
type Input = { id?: string; offices: Record<string, string>; salutations: Record<string, string> };

/** The office in the schema's shape: each cell as it is meant, or as it stands where that is not known. */
function inputOf(cells: Written, meanings: Meanings, before: Recipient | null): Input & Record<string, unknown> {
  const input: Input & Record<string, unknown> = {
    ...(before && { id: before.id }),
    offices: { ...before?.offices },
    salutations: { ...before?.salutations },
  };
  for (const [column, text] of Object.entries(cells)) {
    const value = meanings[column]?.value ?? text;
    const [, field, language = ''] = /^(office|salutation)_(.+)$/.exec(column) ?? [];
    const texts = field === 'office' ? input.offices : input.salutations;
    if (field && text === '') delete texts[language];
    else if (field) texts[language] = String(value);
    else if (text !== '')
      input[SCHEMA[column] ?? column] = column === 'language' && !Array.isArray(value) ? text.split(/[\s,;]+/) : value;
  }
  return input;
}

/** What is missing of an office, and what others on the list hold too. */
function doubtsAbout(office: Recipient, others: readonly Recipient[]): Record<string, string> {
  const doubts: Record<string, string> = {};
  const { email, contactForm, source, checkedOn } = office;
  if (!email && !contactForm) doubts.email = 'Neither an address nor a web form: nobody can write to this office yet.';
  if (email && !source) doubts.source = 'This is empty. Where was the address found?';
  if (email && !checkedOn) doubts.checked_on = 'This is empty. When did somebody last look whether it holds?';
  const address = email && canonicalAddress(email);
  const same = others.find((other) => address && other.email && canonicalAddress(other.email) === address);
  if (same) doubts.email = `This is the address of ${show(same.office)} (${same.id}) too.`;
  const called = flat(office.office);
  const twin = others.find((other) => other.country === office.country && flat(other.office) === called);
  if (twin) doubts.office = `${show(twin.name)} (${twin.id}) holds an office of this name there already.`;
  return doubts;
}

/** An office as it stands, to be written anew. `languages`: those of the campaign, which have texts of their own. */
export function writtenOffice(office: Recipient | null, languages: readonly string[]): Written {
  const { offices = {}, salutations = {} } = office ?? {};
  return {
    id: office?.id ?? '',
    country: office?.country ?? '',
    name: office?.name ?? '',
    office: office?.office ?? '',
    salutation: office?.salutation ?? '',
    language: office?.languages.join(' ') ?? '',
    email: office?.email ?? '',
    contact_form: office?.contactForm ?? '',
    source: office?.source ?? '',
    checked_on: office?.checkedOn ?? '',
    timezone: office?.timezone ?? '',
    ...Object.fromEntries(languages.map((tag) => [`office_${tag}`, offices[tag] ?? ''])),
    ...Object.fromEntries(languages.map((tag) => [`salutation_${tag}`, salutations[tag] ?? ''])),
  };
}
