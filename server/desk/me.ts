import { oweMail } from '../acts/desk-mail.ts';
import { SPANS } from '../domain/states.ts';
import { text } from '../http/request.ts';
import type { Desk, Visit } from './desk.ts';
import { type FieldModel, faulty, field } from './fields.ts';
import { note } from './record.ts';
import { creationOptions, keyPlace, type NewKey, readNewKey } from './webauthn.ts';

const MOST_CHARACTERS = 60;
const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const NOT_MADE =
  'This passkey was not added: it was not answered in five minutes, or is here already. Press the button again.';

/** `/desk/me`: one's own sessions and passkeys, to be seen and ended. Both are told by mail when they change. */
export function mePages(desk: Desk): void {
  const { parts } = desk;
  desk.page('get', '/me', null, async (visit) => page(desk, visit));

  desk.page('post', '/me', null, async (visit) => {
    const { who, session } = visit;
    const ended = text(visit.form, 'end') ?? '';
    if (ended === 'others') await parts.store.sessions.endOthers(who.id, session.id);
    else await parts.store.sessions.end(who.id, ended);
    await note(parts, who.id, '', 'session-ended', '');
    return visit.goTo('/desk/me', 'ended');
  });

  desk.page('post', '/me/passkeys', null, async (visit) => {
    const place = keyPlace(parts);
    if (!place || !isFresh(desk, visit)) return page(desk, visit, nameField(visit), null, 409);
    const name = nameField(visit);
    if (name.fault) return page(desk, visit, name, null, 422);
    const made = await readNewKey(parts, place, text(visit.form, 'credential') ?? '', visit.session.id);
    if (!made || !(await keep(desk, visit, made, name.value))) return page(desk, visit, name, NOT_MADE, 422);
    await tell(desk, visit, 'passkey-added');
    return visit.goTo('/desk/me', 'key-added');
  });

  desk.page('post', '/me/passkeys/remove', null, async (visit) => {
    const id = text(visit.form, 'remove') ?? '';
    if (await parts.store.passkeys.remove(visit.who.id, id)) await tell(desk, visit, 'passkey-removed');
    return visit.goTo('/desk/me', 'key-removed');
  });
}

/** Whether they signed in so lately that they may add a way in: a machine that was left open must not be enough. */
const isFresh = ({ parts }: Desk, { session }: Visit) => parts.now() - session.createdAt < SPANS.freshSession;

function nameField({ form }: Visit): FieldModel {
  const name = (text(form, 'name') ?? '').trim();
  const isName = name !== '' && name.length <= MOST_CHARACTERS && !/[\p{Cc}\u2028\u2029]/u.test(name);
  return field('name', 'Name of a new passkey', {
    value: name,
    fault: isName ? null : `Write a name, on one line of at most ${MOST_CHARACTERS} characters.`,
    hint: 'By which you know it again, such as “this laptop”.',
  });
}

async function keep({ parts }: Desk, { who }: Visit, made: NewKey, name: string): Promise<boolean> {
  const { id, publicKey, transports, counter, challenge } = made;
  const box = parts.vault.sealPasskey({ id, campaigner: who.id }, { name, publicKey, transports });
  const passkey = { id, campaigner: who.id, box, counter, addedAt: parts.now() };
  return parts.store.passkeys.add(passkey, challenge.number, challenge.expiresAt);
}

/** Writes it into the record and to their own address: who did it may not be who they say. */
async function tell({ parts }: Desk, { who }: Visit, change: 'passkey-added' | 'passkey-removed'): Promise<void> {
  await note(parts, who.id, '', change, '');
  await oweMail(parts, { template: change, to: who.email, name: who.name, link: `${parts.publicUrl()}/desk/me` });
}

async function page(
  desk: Desk,
  visit: Visit,
  name: FieldModel = { ...nameField(visit), fault: null },
  refusal: string | null = null,
  status = 200,
) {
  const { parts } = desk;
  const { who, session } = visit;
  const sessions = await parts.store.sessions.ofCampaigner(who.id);
  const passkeys = await parts.store.passkeys.ofCampaigner(who.id);
  const place = keyPlace(parts);
  const mayAdd = place !== null && isFresh(desk, visit);
  const model = {
    title: 'You',
    email: who.email,
    role: who.role ?? 'only in single campaigns',
    sessions: sessions.map(({ id, createdAt, seenAt }) => ({
      id,
      since: MOMENT.format(createdAt),
      seen: MOMENT.format(seenAt),
      isHere: id === session.id,
    })),
    hasOthers: sessions.length > 1,
    passkeys: passkeys.map((each) => ({
      id: each.id,
      name: parts.vault.openPasskey(each)?.name ?? 'a passkey',
      added: MOMENT.format(each.addedAt),
      used: each.usedAt === null ? 'never' : MOMENT.format(each.usedAt),
    })),
    hasPlace: place !== null,
    options: mayAdd ? JSON.stringify(creationOptions(parts, place, who, session.id, passkeys)) : null,
    nameField: { ...name, described: [name.hint && 'name-hint', name.fault && 'name-fault'].filter(Boolean).join(' ') },
    refusal,
    scripts: ['passkey.ts'],
  };
  return visit.show('me', { ...model, faults: faulty([name]) }, status);
}
