import { isByOwner } from '../acts/token.ts';
import { isScope, SCOPE_NAMES, SCOPES, type Scope, TOKEN_PREFIX } from '../domain/scopes.ts';
import { dayOf } from '../domain/tally.ts';
import { text, texts } from '../http/request.ts';
import type { Token } from '../store/tokens.ts';
import type { Desk, Visit } from './desk.ts';
import { type FieldModel, faulty, field } from './fields.ts';
import { note } from './record.ts';

const DAY = 24 * 3_600_000;
const LONGEST = 365;
const USUAL = 90;
const LONGEST_NAME = 60;

/** `/desk/c/:slug/data/tokens`, and `/desk/tokens` for all campaigns: keys by which other programs may read. */
export function tokensPages(desk: Desk): void {
  desk.campaign('get', '/data/tokens', 'owner', async (visit) => page(desk, visit, visit.campaign.slug));
  desk.page('get', '/tokens', 'owner', async (visit) => page(desk, visit, ''));
  desk.campaign('post', '/data/tokens', 'owner', async (visit) =>
    change(desk, visit, visit.campaign.slug, `${visit.base}/data/tokens`),
  );
  desk.page('post', '/tokens', 'owner', async (visit) => change(desk, visit, '', '/desk/tokens'));
}

async function change(desk: Desk, visit: Visit, slug: string, here: string) {
  const { parts } = desk;
  const ending = text(visit.form, 'end');
  if (ending !== undefined) {
    const isEnded = await parts.store.tokens.end(slug, ending);
    if (isEnded) await note(parts, visit.who.id, slug, 'token-ended', '');
    return visit.goTo(here, isEnded ? 'ended' : 'unchanged');
  }
  const given = read(visit.form, parts.now());
  if (faulty(given.fields).length > 0) return page(desk, visit, slug, given);
  const token = `${TOKEN_PREFIX}${parts.vault.newToken()}`;
  await parts.store.tokens.add({
    hash: parts.vault.lookup(token),
    id: parts.vault.newId(),
    campaign: slug,
    name: given.name,
    scopes: given.scopes.join(' '),
    campaigner: visit.who.id,
    addedAt: parts.now(),
    expiresAt: given.expiresAt,
  });
  // Its name is not told: people write those of others into it.
  await note(parts, visit.who.id, slug, 'token-made', given.scopes.join(', '));
  // Shown in the answer itself, and never again: only its hash is kept.
  return page(desk, visit, slug, null, token);
}

type Given = { name: string; scopes: Scope[]; expiresAt: number; fields: FieldModel[] };

/** What the form says, and its fields with what is wrong in them. */
function read(form: unknown, now: number): Given {
  const name = (text(form, 'name') ?? '').trim();
  const scopes = texts(form, 'scopes').filter(isScope);
  const ends = text(form, 'ends') ?? '';
  const last = Date.parse(`${ends}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(ends) && Number.isFinite(last) && dayOf(last) === ends;
  const isNear = isDay && ends >= dayOf(now) && last <= now + LONGEST * DAY;
  const isName = name !== '' && name.length <= LONGEST_NAME && !/[\p{Cc}\u2028\u2029]/u.test(name);
  const faults = {
    name: isName ? null : `Write what it is for, on one line of at most ${LONGEST_NAME} characters.`,
    scopes: scopes.length > 0 ? null : 'Tick at least one.',
    ends: isNear ? null : 'Choose a day from today on, within a year.',
  };
  return { name, scopes, expiresAt: last + DAY, fields: fieldsOf({ name: text(form, 'name'), ends }, faults) };
}

function fieldsOf(
  { name = '', ends }: { name?: string | undefined; ends: string },
  faults: Partial<Record<'name' | 'scopes' | 'ends', string | null>>,
): FieldModel[] {
  return [
    field('name', 'What it is for', { value: name, fault: faults.name, hint: 'Such as: figures for our web site.' }),
    field('ends', 'Its last day (UTC)', { value: ends, fault: faults.ends, type: 'date', hint: 'Within a year.' }),
    field('scopes', 'What it may read', { fault: faults.scopes }),
  ];
}

async function page(desk: Desk, visit: Visit, slug: string, given: Given | null = null, token: string | null = null) {
  const { parts } = desk;
  const rows = await parts.store.tokens.ofCampaign(slug);
  const names = new Map(
    (await parts.store.campaigners.all()).map((row) => [row.id, parts.vault.openCampaigner(row)?.name ?? 'somebody']),
  );
  const fields = given?.fields ?? fieldsOf({ ends: dayOf(parts.now() + USUAL * DAY) }, {});
  return visit.show(
    'tokens',
    {
      title: 'Tokens',
      isCampaign: slug !== '',
      token,
      example: `${parts.publicUrl()}${slug ? `/api/campaigns/${slug}/exact-tally` : '/api/osdi/v1'}`,
      tokens: await Promise.all(
        rows.map(async (row) => ({
          ...shown(row),
          maker: names.get(row.campaigner) ?? 'somebody who has left',
          state: await stateOf(desk, row),
        })),
      ),
      fields: fields.filter(({ id }) => id !== 'scopes'),
      scopesFault: fields.find(({ id }) => id === 'scopes')?.fault ?? null,
      scopes: SCOPE_NAMES.map((scope, i) => ({
        scope,
        id: i === 0 ? 'scopes' : `scopes-${i}`,
        means: SCOPES[scope],
        isChosen: given?.scopes.includes(scope) ?? false,
      })),
      faults: faulty(fields),
    },
    given ? 422 : 200,
  );
}

function shown({ id, name, scopes, addedAt, usedAt, expiresAt }: Token) {
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
  return {
    ...{ id, name, scopes: scopes.replaceAll(' ', ', '), made: day.format(addedAt) },
    ...{ used: usedAt === null ? 'never' : moment.format(usedAt), ends: day.format(expiresAt - 1) },
  };
}

/** Why a token does not work any more; null where it does. */
async function stateOf({ parts }: Desk, row: Token): Promise<string | null> {
  if (row.expiresAt <= parts.now()) return 'over';
  return (await isByOwner(parts, row)) ? null : 'its maker is no owner';
}
