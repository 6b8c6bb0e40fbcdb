import { oweMail } from '../acts/desk-mail.ts';
import { isRole, ROLES, type Role } from '../domain/roles.ts';
import { text } from '../http/request.ts';
import type { Campaigner } from '../store/campaigners.ts';
import { newCampaigner, readPerson } from './campaigner.ts';
import type { Desk, Visit } from './desk.ts';
import { faulty, field } from './fields.ts';
import { DEEDS, note } from './record.ts';
import { signInLink } from './sign-in.ts';

const EXPLAINED: Record<Role, string> = {
  viewer: 'viewer: sees figures and texts',
  editor: 'editor: changes texts, recipients and letters',
  owner: 'owner: launches, decides and lets others in',
};

/** `/desk/people` and `/desk/c/:slug/people`: who works here, and as what. */
export function peoplePages(desk: Desk): void {
  desk.page('get', '/people', 'owner', async (visit) => list(desk, visit, '', {}));
  desk.campaign('get', '/people', 'owner', async (visit) => list(desk, visit, visit.campaign.slug, {}));
  desk.page('post', '/people', 'owner', async (visit) => change(desk, visit, '', '/desk/people'));
  desk.campaign('post', '/people', 'owner', async (visit) =>
    change(desk, visit, visit.campaign.slug, `${visit.base}/people`),
  );
}

async function list({ parts }: Desk, visit: Visit, slug: string, form: unknown, faultyForm = false) {
  const here = slug ? await parts.store.campaigners.rolesIn(slug) : null;
  const everybody = await parts.store.campaigners.all();
  const shown = everybody.flatMap((row) => {
    const about = parts.vault.openCampaigner(row);
    const role = here ? (here.get(row.id) ?? (row.role || null)) : row.role || 'single campaigns only';
    if (!about || !role) return [];
    return [
      { id: row.id, ...about, role, isElsewhere: here !== null && !here.has(row.id), isYou: row.id === visit.who.id },
    ];
  });
  const { fields } = readPerson(form);
  const person = faultyForm
    ? fields
    : fields.map((each) => ({ ...each, fault: null, described: each.hint && `${each.id}-hint` }));
  const role = field('role', 'Role', {
    value: text(form, 'role') ?? 'editor',
    options: ROLES.map((each) => [each, EXPLAINED[each]] as const),
  });
  const deeds = await parts.store.deeds.list(slug, 50);
  const names = new Map(everybody.map((row) => [row.id, parts.vault.openCampaigner(row)?.name ?? 'somebody']));
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return visit.show(
    'people',
    {
      title: 'People',
      people: shown,
      fields: [...person, role],
      faults: faulty(person),
      isCampaign: slug !== '',
      deeds: deeds.map(({ at, campaigner, deed, about }) => ({
        at: moment.format(at),
        who: campaigner === '' ? 'the command line' : (names.get(campaigner) ?? 'somebody who has left'),
        deed: DEEDS[deed as keyof typeof DEEDS] ?? deed,
        about,
      })),
    },
    faultyForm ? 422 : 200,
  );
}

async function change(desk: Desk, visit: Visit, slug: string, back: string) {
  const { parts } = desk;
  const ending = text(visit.form, 'end');
  if (ending) {
    const row = await parts.store.campaigners.byId(ending);
    if (row && (await isLastOwner(parts.store.campaigners, row, slug))) return visit.goTo(back, 'needed');
    if (row) {
      if (slug) await parts.store.campaigners.takeRole(slug, row.id);
      else await parts.store.campaigners.end(row.id, parts.now());
      await note(parts, visit.who.id, slug, slug ? 'role-taken' : 'person-ended', '');
    }
    return visit.goTo(back, 'ended');
  }
  const person = readPerson(visit.form);
  const role = text(visit.form, 'role');
  if (faulty(person.fields).length > 0 || !isRole(role)) return list(desk, visit, slug, visit.form, true);
  const known = await parts.store.campaigners.byMark(parts.vault.campaignerMark(person.email));
  if (known && role !== 'owner' && (await isLastOwner(parts.store.campaigners, known, slug)))
    return visit.goTo(back, 'needed');
  const id = known?.id ?? (await newCampaigner(parts, person, slug ? '' : role));
  if (slug) await parts.store.campaigners.giveRole(slug, id, role);
  else if (known) await parts.store.campaigners.setRole(id, role);
  await note(parts, visit.who.id, slug, known ? 'role-given' : 'person-added', role);
  if (!known)
    await oweMail(parts, {
      template: 'invited',
      to: person.email,
      name: person.name,
      link: await signInLink(parts, id),
    });
  return visit.goTo(back, known ? 'changed' : 'added');
}

/** The installation must not be left without an owner. */
async function isLastOwner(
  campaigners: Desk['parts']['store']['campaigners'],
  row: Campaigner,
  slug: string,
): Promise<boolean> {
  if (slug !== '' || row.role !== 'owner') return false;
  return (await campaigners.all()).filter(({ role }) => role === 'owner').length < 2;
}
