import { canonicalAddress } from '../../domain/address.ts';
import { show } from '../wording.ts';
import { flat } from './cell.ts';
import type { Finding } from './findings.ts';
import { type ReadRow, type Said, SILENT } from './row.ts';
import type { Each } from './slices.ts';

/** An office that so many hold ("Member of Parliament") is no sign that two rows are the same. */
const MANY_HOLDERS = 5;
/** So many other lines are named; a list may hold one address a thousand times. */
const MOST_LINES = 3;

/** What a row is compared by; empty where it does not say it. */
export type Keys = { address: string; office: string; person: string; name: string; title: string };

/**
 * What rows say of each other, in their order: which repeat an earlier one (a whole repetition cannot be imported), and
 * which disagree about a person or an address; those name each other.
 */
export async function repeats(rows: readonly ReadRow[], each: Each): Promise<Finding[][]> {
  const keyed = await each(rows, (row) => ({ row, keys: keysOf(row.said) }));
  const holders: Groups = new Map();
  const addresses: Groups = new Map();
  const titles: Groups = new Map();
  const names: Groups = new Map();
  await each(keyed, ({ row: { line }, keys }) => {
    group(holders, keys.office, keys.name, line);
    group(addresses, keys.person, keys.address, line);
    group(titles, keys.person, keys.title, line);
    group(names, keys.address, keys.name, line);
  });
  const first = firstLines();
  return each(keyed, ({ row: { line, said }, keys }) => {
    const all = JSON.stringify(said);
    const whole = first('whole', all === SILENT ? '' : all, line);
    const address = first('address', keys.address, line);
    const office = first('office', keys.office, line);
    if (whole !== null) return [duplicate('no', `It says the same as line ${whole}. One of them is enough.`)];
    const few = (holders.get(keys.office)?.size ?? 0) <= MANY_HOLDERS;
    const who = show(said.name ?? '');
    return [
      ...(address === null
        ? []
        : [duplicate('look', `email: ${show(said.email ?? '')} is the address of line ${address} too.`)]),
      ...(office === null || !few
        ? []
        : [duplicate('look', `Line ${office} names the same ${said.office ? 'office' : 'person'} already.`)]),
      ...conflict(addresses.get(keys.person), keys.address, `${who} another address`),
      ...conflict(titles.get(keys.person), keys.title, `${who} another office`),
      ...conflict(names.get(keys.address), keys.name, 'this address another name'),
    ];
  });
}

/** What a row, or an office of the present list, is compared by. */
export function keysOf(said: Pick<Said, 'country' | 'name' | 'office' | 'email'>): Keys {
  const { country = '', name = '', office = '', email } = said;
  const within = (key: string) => key && `${country} ${key}`;
  return {
    address: email ? canonicalAddress(email) : '',
    office: within(flat(office || name)),
    person: within(flat(name)),
    name: flat(name),
    title: flat(office),
  };
}

/** Remembers the line on which a key came first, and gives it to those that come later. */
function firstLines(): (kind: 'whole' | keyof Keys, key: string, line: number) => number | null {
  const seen = new Map<string, number>();
  return (kind, key, line) => {
    const first = seen.get(`${kind} ${key}`) ?? null;
    if (first === null && key !== '') seen.set(`${kind} ${key}`, line);
    return first;
  };
}

const duplicate = (verdict: 'look' | 'no', text: string): Finding => ({ kind: 'duplicate', verdict, text });

/** The first lines of each value that rows with the same key have. */
type Groups = Map<string, Map<string, number[]>>;

function group(groups: Groups, key: string, value: string, line: number): void {
  if (key === '' || value === '') return;
  const found = groups.get(key) ?? new Map<string, number[]>();
  const lines = found.get(value) ?? [];
  if (lines.length < MOST_LINES) lines.push(line);
  groups.set(key, found.set(value, lines));
}

function conflict(values: Map<string, number[]> | undefined, own: string, what: string): Finding[] {
  if (!values || own === '') return [];
  const others: number[] = [];
  for (const [value, lines] of values) {
    if (value !== own) others.push(...lines);
    if (others.length >= MOST_LINES) break;
  }
  if (others.length === 0) return [];
  const lines = others.slice(0, MOST_LINES);
  const subject = lines.length === 1 ? `Line ${lines[0]} gives` : `Lines ${lines.join(', ')} give`;
  return [{ kind: 'conflict', verdict: 'look', text: `${subject} ${what}. Which is right?` }];
}
