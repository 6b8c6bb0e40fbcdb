import { canonicalAddress } from '../../domain/address.ts';
import { show } from '../wording.ts';
import { flat } from './cell.ts';
import type { Finding } from './findings.ts';
import type { ReadRow } from './row.ts';

/** An office that so many hold ("Member of Parliament") is no sign that two rows are the same. */
const MANY_HOLDERS = 5;
/** So many other lines are named; a list may hold one address a thousand times. */
const MOST_LINES = 3;

/** What a row is compared by; empty where it does not say it. */
type Keys = { whole: string; address: string; office: string; person: string; name: string; title: string };
type Keyed = { row: ReadRow; keys: Keys };

/**
 * What rows say of each other, in their order: which repeat an earlier one (a whole repetition cannot be imported), and
 * which disagree about a person or an address; those name each other.
 */
export function repeats(rows: readonly ReadRow[]): Finding[][] {
  const keyed = rows.map((row) => ({ row, keys: keysOf(row) }));
  const holders = grouped(keyed, 'office', 'name');
  const addresses = grouped(keyed, 'person', 'address');
  const titles = grouped(keyed, 'person', 'title');
  const names = grouped(keyed, 'address', 'name');
  const first = firstLines();
  return keyed.map(({ row, keys }) => {
    const { line, said } = row;
    const whole = first('whole', keys.whole, line);
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

function keysOf({ said }: ReadRow): Keys {
  const { country = '', name = '', office = '', email } = said;
  const within = (key: string) => key && `${country} ${key}`;
  return {
    whole: Object.keys(said).length > 0 ? JSON.stringify(said) : '',
    address: email ? canonicalAddress(email) : '',
    office: within(flat(office || name)),
    person: within(flat(name)),
    name: flat(name),
    title: flat(office),
  };
}

/** Remembers the line on which a key came first, and gives it to those that come later. */
function firstLines(): (kind: keyof Keys, key: string, line: number) => number | null {
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

function grouped(keyed: readonly Keyed[], by: keyof Keys, value: keyof Keys): Groups {
  const groups: Groups = new Map();
  for (const { row, keys } of keyed) {
    if (keys[by] === '' || keys[value] === '') continue;
    const group = groups.get(keys[by]) ?? new Map<string, number[]>();
    const lines = group.get(keys[value]) ?? [];
    if (lines.length < MOST_LINES) lines.push(row.line);
    groups.set(keys[by], group.set(keys[value], lines));
  }
  return groups;
}

function conflict(group: Map<string, number[]> | undefined, own: string, what: string): Finding[] {
  if (!group || own === '') return [];
  const others: number[] = [];
  for (const [value, lines] of group) {
    if (value !== own) others.push(...lines);
    if (others.length >= MOST_LINES) break;
  }
  if (others.length === 0) return [];
  const lines = others.slice(0, MOST_LINES);
  const subject = lines.length === 1 ? `Line ${lines[0]} gives` : `Lines ${lines.join(', ')} give`;
  return [{ kind: 'conflict', verdict: 'look', text: `${subject} ${what}. Which is right?` }];
}
