import { canonicalAddress, parseAddress } from '../domain/address.ts';
import { Recipient } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { alphabetsDoubt, isSeveral, mixesAlphabets, SEVERAL } from './addresses.ts';
import { type Columns, type Row, readTable } from './table.ts';
import { complaint, issueInWords, type Read, show } from './wording.ts';

export const OFFICE_COLUMNS = {
  required: ['id', 'country', 'name', 'office', 'salutation', 'language'],
  optional: ['email', 'contact_form', 'source', 'checked_on', 'timezone'],
  inLanguages: ['office', 'salutation'],
} as const satisfies Columns;

/** An address that nobody has looked at for so long may have changed. */
const STALE_AFTER_DAYS = 180;

/** What doubts are measured by. `invented`: a demonstration's addresses do not grow old. */
export type Eyes = { world: World; today: string; invented: boolean };

/** Reads `recipients.csv`: one office a row. */
export function readOffices(bytes: Uint8Array, eyes: Eyes): Read<Recipient[]> {
  const { value: rows, faults, doubts } = readTable(bytes, OFFICE_COLUMNS);
  const offices: Recipient[] = [];
  const ids = new Map<string, number>();
  const addresses = new Map<string, number>();
  for (const { line, cells } of rows ?? []) {
    recase(cells, (text) => doubts.push({ line, text }));
    const parsed = Recipient.safeParse(raw(cells), { reportInput: true });
    faults.push(...officeFaults(cells, parsed.error?.issues ?? []).map((text) => ({ line, text })));
    const first = ids.get(cells.id ?? '');
    if (first)
      faults.push({
        line,
        text: `id: ${show(cells.id ?? '')} stands on line ${first} already. Give each row its own.`,
      });
    else if (cells.id) ids.set(cells.id, line);
    doubts.push(...officeDoubts(cells, eyes).map((text) => ({ line, text })));
    const same = sameAddress(addresses, cells.email, line);
    if (same) doubts.push({ line, text: `email: ${show(cells.email ?? '')} is the address of line ${same} too.` });
    if (parsed.data) offices.push(parsed.data);
  }
  return { value: rows && faults.length === 0 ? offices : null, faults, doubts };
}

const SCHEMA_NAMES: Record<string, string> = {
  language: 'languages',
  contact_form: 'contactForm',
  checked_on: 'checkedOn',
};
const COLUMN_NAMES = Object.fromEntries(Object.entries(SCHEMA_NAMES).map(([column, name]) => [name, column]));

/** The row in the schema's shape; `office_<lang>` and `salutation_<lang>` by language, sorted. */
function raw(cells: Row['cells']): Record<string, unknown> {
  const inLanguage = (prefix: string) =>
    Object.fromEntries(
      Object.keys(cells)
        .filter((column) => column.startsWith(prefix))
        .sort()
        .map((column) => [column.slice(prefix.length), cells[column]]),
    );
  const plain = Object.entries(cells).map(([column, cell]) => [SCHEMA_NAMES[column] ?? column, cell]);
  const languages = cells.language?.split(/[\s;,/]+/).filter((tag) => tag !== '');
  return {
    ...Object.fromEntries(plain),
    ...(languages && { languages }),
    offices: inLanguage('office_'),
    salutations: inLanguage('salutation_'),
  };
}

/** Country codes and language tags mean the same in capitals and small letters; ours have one form. */
function recase(cells: Row['cells'], doubt: (text: string) => void): void {
  const forms = {
    country: cells.country?.toUpperCase(),
    language: cells.language?.replace(/(^|[\s;,/])([a-z]{2,3})(?![a-z])/gi, (tag) => tag.toLowerCase()),
  };
  for (const [column, form] of Object.entries(forms)) {
    if (form === undefined || form === cells[column]) continue;
    doubt(`${column}: ${show(cells[column] ?? '')} was written as "${form}".`);
    cells[column] = form;
  }
}

/** How a column is written, by its name. */
export const MENDS: Record<string, string> = {
  id: 'Write it as de-interior.',
  country: 'Write it as DE, or EU for the European Union.',
  language: 'Write "de", or "nl fr de" for several.',
  email: 'Write it as name@example.org.',
  contact_form: 'Write it as https://example.org/contact.',
  checked_on: 'Write it as 2026-11-15.',
  timezone: 'Write it as Europe/Berlin.',
};

function officeFaults(cells: Row['cells'], issues: Parameters<typeof issueInWords>[0][]): string[] {
  const faults = issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    const column = COLUMN_NAMES[name] ?? name;
    if (column === 'email' && isSeveral(cells.email ?? '')) {
      return `email: ${complaint(cells.email, SEVERAL)}`;
    }
    const value = typeof issue.input === 'string' ? issue.input : cells[column];
    return `${column}: ${complaint(value, issueInWords(issue), MENDS[column])}`;
  });
  // The domain's spelling for the net drops what is not seen, so the schema lets it pass.
  const hidden = /\p{Cf}/u.test(cells.email ?? '') && !issues.some(({ path }) => path[0] === 'email');
  return hidden
    ? [...faults, `email: ${show(cells.email ?? '')} holds a character that is not seen. Type it anew.`]
    : faults;
}

/** Codes that are used for a country elsewhere, and its code in ISO 3166-1. */
export const ELSEWHERE: Record<string, string> = { UK: 'GB', EL: 'GR' };

function officeDoubts(cells: Row['cells'], { world, today, invented }: Eyes): string[] {
  const doubts: string[] = [];
  const { country = '', email, source, checked_on: checked } = cells;
  if (/^[A-Z]{2}$/.test(country) && country !== 'EU' && !world.has(country)) {
    const hint = ELSEWHERE[country] ? ` Is ${ELSEWHERE[country]} meant?` : '';
    doubts.push(`country: "${country}" is no country of ISO 3166-1, so nobody is led to this office.${hint}`);
  }
  if (email && mixesAlphabets(email)) doubts.push(`email: ${alphabetsDoubt(email)}`);
  if (!email && !cells.contact_form)
    doubts.push('email, contact_form: both are empty, so nobody can write to this office.');
  if (!source) doubts.push('source: is empty. Where was this found?');
  if (!checked) doubts.push('checked_on: is empty. When was this last looked at?');
  const day = checked ? checkedDoubt(checked, today, invented) : null;
  if (day) doubts.push(`checked_on: ${day.text}`);
  return doubts;
}

/** What is doubtful about the day on which an office was last looked at; null where nothing is. */
export function checkedDoubt(
  checked: string,
  today: string,
  invented: boolean,
): { kind: 'future' | 'stale'; text: string } | null {
  if (checked > today) return { kind: 'future', text: `${show(checked)} is still to come.` };
  const days = (Date.parse(today) - Date.parse(checked)) / 86_400_000;
  if (invented || !(days > STALE_AFTER_DAYS)) return null;
  const text = `${show(checked)} is more than ${STALE_AFTER_DAYS} days ago. Look again whether it still holds.`;
  return { kind: 'stale', text };
}

function sameAddress(seen: Map<string, number>, email: string | undefined, line: number): number | undefined {
  const parsed = parseAddress(email ?? '');
  if (!parsed.ok) return undefined;
  const address = canonicalAddress(parsed.address);
  const first = seen.get(address);
  if (first === undefined) seen.set(address, line);
  return first;
}
