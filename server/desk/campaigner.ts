import { parseAddress } from '../domain/address.ts';
import type { Role } from '../domain/roles.ts';
import { text } from '../http/request.ts';
import type { Parts } from '../parts.ts';
import { type FieldModel, field } from './fields.ts';

export type Person = { name: string; email: string; fields: FieldModel[] };

/** Name and address out of a form, and its two fields with what is wrong in them. */
export function readPerson(form: unknown): Person {
  const name = (text(form, 'name') ?? '').trim();
  const typed = text(form, 'email') ?? '';
  const parsed = parseAddress(typed);
  const isName = name !== '' && name.length <= 100 && !/[\p{Cc}\u2028\u2029]/u.test(name);
  return {
    name,
    email: parsed.ok ? parsed.address : '',
    fields: [
      field('name', 'Name', {
        value: text(form, 'name'),
        fault: isName ? null : 'Write a name, on one line of at most 100 characters.',
        hint: 'As others who work here will see it.',
        autocomplete: 'name',
      }),
      field('email', 'Email address', {
        value: typed,
        fault: parsed.ok ? null : 'Write an email address, such as name@example.org.',
        hint: 'Links to sign in are sent there.',
        type: 'email',
        autocomplete: 'email',
      }),
    ],
  };
}

/** Adds somebody who works at the desk, or lets them in again. Gives their id. */
export async function newCampaigner(
  { store, vault, now }: Pick<Parts, 'store' | 'vault' | 'now'>,
  { name, email }: Pick<Person, 'name' | 'email'>,
  role: Role | '',
): Promise<string> {
  const mark = vault.campaignerMark(email);
  const known = await store.campaigners.byMark(mark);
  if (known) return known.id;
  const id = vault.newId();
  const box = vault.sealCampaigner(mark, { name, email });
  return store.campaigners.add({ id, mark, role, box, addedAt: now() });
}
