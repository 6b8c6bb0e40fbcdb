import type { Recipient } from '../../domain/campaign.ts';
import { verdictOf } from './findings.ts';
import { type Keys, keysOf } from './repeats.ts';
import type { ReadRow } from './row.ts';
import type { Each } from './slices.ts';

type Known = { office: Recipient; keys: Keys };

/** The offices of the present list, found by what rows are compared by. */
export type Present = {
  byId: ReadonlyMap<string, Known>;
  byOffice: ReadonlyMap<string, Known[]>;
  byPerson: ReadonlyMap<string, Known[]>;
  byAddress: ReadonlyMap<string, Known[]>;
};

export async function presentOf(offices: readonly Recipient[], each: Each): Promise<Present> {
  const byId = new Map<string, Known>();
  const byOffice = new Map<string, Known[]>();
  const byPerson = new Map<string, Known[]>();
  const byAddress = new Map<string, Known[]>();
  await each(offices, (office) => {
    const known = { office, keys: keysOf(office) };
    byId.set(office.id, known);
    put(byOffice, known.keys.office, known);
    put(byPerson, known.keys.person, known);
    put(byAddress, known.keys.address, known);
  });
  return { byId, byOffice, byPerson, byAddress };
}

function put(map: Map<string, Known[]>, key: string, known: Known): void {
  const all = map.get(key);
  if (all) all.push(known);
  else if (key !== '') map.set(key, [known]);
}

/**
 * The office of the present list that each row is about, null where there is none: by its id, by office and name, by an
 * office that one alone holds on both sides, by a person without another office. What is one row's is not another's; only
 * rows that cannot be taken may name one as well.
 */
export async function officesOf(rows: readonly ReadRow[], present: Present, each: Each): Promise<(Recipient | null)[]> {
  const keyed = await each(rows, (row) => ({ row, keys: keysOf(row.said), isTakeable: isTakeable(row) }));
  const sharing = new Map<string, number>();
  for (const { keys } of keyed) sharing.set(keys.office, (sharing.get(keys.office) ?? 0) + 1);
  const found: (Recipient | null)[] = rows.map(() => null);
  const taken = new Set<string>();
  for (const by of WAYS) {
    await each(keyed, ({ row, keys, isTakeable }, at) => {
      if (found[at]) return;
      const office = by(row, keys, present, sharing).find(
        ({ office: { id } }) => !isTakeable || !taken.has(id),
      )?.office;
      if (!office) return;
      found[at] = office;
      if (isTakeable) taken.add(office.id);
    });
  }
  return found;
}

const isTakeable = ({ findings }: ReadRow): boolean => verdictOf(findings) !== 'no';

type Way = (row: ReadRow, keys: Keys, present: Present, sharing: ReadonlyMap<string, number>) => Known[];

const byId: Way = ({ said }, _, present) => [present.byId.get(said.id ?? '')].filter((known) => known !== undefined);

const byBoth: Way = (_, keys, present) =>
  (present.byOffice.get(keys.office) ?? []).filter((known) => known.keys.person === keys.person);

/** Who has a short name of their own that is not on the list is somebody else. */
const byOfficeAlone: Way = ({ said }, keys, present, sharing) => {
  const holders = present.byOffice.get(keys.office) ?? [];
  return said.id === undefined && holders.length === 1 && sharing.get(keys.office) === 1 ? holders : [];
};

const byPersonAlone: Way = ({ said }, keys, present) => {
  const known = present.byPerson.get(keys.person) ?? [];
  const isPlain = said.office === undefined || known[0]?.keys.address === keys.address;
  return said.id === undefined && known.length === 1 && isPlain ? known : [];
};

/** The surest first. */
const WAYS: readonly Way[] = [byId, byBoth, byOfficeAlone, byPersonAlone];
