import type { Recipient } from '../../domain/campaign.ts';
import { addresseeOf } from '../addressee.ts';
import { show } from '../wording.ts';
import { flat, words } from './cell.ts';
import type { Finding } from './findings.ts';
import type { Present } from './present.ts';
import { keysOf } from './repeats.ts';
import type { ReadRow, Said } from './row.ts';

/** A field that a row changes on the present list, by the name of its column. */
export type Change = { field: string; before: string; after: string };

/** A row with what the present list says of its office and the row does not. */
export function filledFrom(row: ReadRow, before: Recipient): ReadRow {
  const { said } = row;
  const kept: Said = isOther(said.name, before) ? withoutName(before) : before;
  return {
    ...row,
    said: {
      ...kept,
      ...said,
      offices: { ...kept.offices, ...said.offices },
      salutations: { ...kept.salutations, ...said.salutations },
    },
  };
}

const isOther = (name: string | undefined, before: Recipient): boolean =>
  name !== undefined && flat(name) !== flat(before.name);

/** An office without the salutations that name who held it; "Dear Minister" is good for whoever comes next. */
function withoutName(office: Recipient): Said {
  const own = new Set(words(office.name).filter((word) => word.length > 2));
  const names = (text: string) => words(text).some((word) => own.has(word));
  const { salutation, salutations, ...rest } = office;
  const plain = Object.fromEntries(Object.entries(salutations).filter(([, text]) => !names(text)));
  return { ...rest, ...(names(salutation) ? {} : { salutation }), salutations: plain };
}

/** What a row changes: the fields that differ, before and after. */
export function changesOf(before: Recipient, after: Recipient): Change[] {
  const [was, is] = [columnsOf(before), columnsOf(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((field) => ({ field, before: was[field] ?? '', after: is[field] ?? '' }))
    .filter((change) => change.before !== change.after);
}

function columnsOf({ languages, contactForm, checkedOn, offices, salutations, id: _, ...plain }: Recipient) {
  const inLanguages = (field: string, texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([language, text]) => [`${field}_${language}`, text]));
  const columns: Record<string, string | undefined> = {
    ...plain,
    language: languages.join(' '),
    contact_form: contactForm,
    checked_on: checkedOn,
    ...inLanguages('office', offices),
    ...inLanguages('salutation', salutations),
  };
  return columns;
}

const look = (kind: 'conflict' | 'replaced', text: string): Finding => ({ kind, verdict: 'look', text });
const called = ({ id, office }: Recipient): string => `${show(office)} (${id})`;

/** Where a row and the office of the present list that it is about say different things of who or which it is. */
export function disagreements({ said }: ReadRow, before: Recipient, after: Said): Finding[] {
  const findings: Finding[] = [];
  const person = isOther(said.name, before);
  const office = said.office !== undefined && flat(said.office) !== flat(before.office);
  if (person && office)
    findings.push(
      look(
        'conflict',
        `On the present list ${before.id} is ${show(before.name)}, ${show(before.office)}. Is it the same office?`,
      ),
    );
  else if (office)
    findings.push(
      look(
        'conflict',
        `On the present list ${show(before.name)} is ${called(before)}. Taken in, this row renames that office.`,
      ),
    );
  if (person)
    findings.push(
      look(
        'replaced',
        `${show(said.name ?? '')} takes the place of ${show(before.name)}. Letters that wait for ${show(before.name)} are held until somebody decides.`,
      ),
    );
  else if (addresseeOf(before) !== addresseeOf(after))
    findings.push(
      look(
        'replaced',
        'It is named or greeted otherwise than on the present list. Letters that wait are held until somebody decides.',
      ),
    );
  return findings;
}

/** Where other offices of the present list hold the row's office, its person or its address. */
export function collisions({ said }: ReadRow, before: Recipient | null, present: Present): Finding[] {
  const keys = keysOf(said);
  const others = (known: readonly { office: Recipient }[] | undefined) =>
    (known ?? []).map(({ office }) => office).filter(({ id }) => id !== before?.id);
  const findings: Finding[] = [];
  const [atAddress] = others(present.byAddress.get(keys.address));
  if (atAddress)
    findings.push(
      look(
        'conflict',
        `email: ${show(said.email ?? '')} is the address of ${called(atAddress)} on the present list. If that office was renamed, give this row the short name ${atAddress.id}.`,
      ),
    );
  if (before) return findings;
  const holders = others(present.byOffice.get(keys.office));
  const [holder] = holders;
  if (holder && holders.length === 1)
    findings.push(
      look(
        'conflict',
        `On the present list ${show(holder.name)} is ${called(holder)}. Taken in, both stand there; if one takes the other’s place, give this row the short name ${holder.id}.`,
      ),
    );
  const [elsewhere] = others(present.byPerson.get(keys.person));
  if (elsewhere && elsewhere !== holder)
    findings.push(
      look(
        'conflict',
        `On the present list ${show(elsewhere.name)} is ${called(elsewhere)}. Taken in, both stand there.`,
      ),
    );
  return findings;
}
