import { EVENT_KINDS, EVENTS, messageOf, TEST } from '../domain/hooks.ts';
import { SPANS } from '../domain/states.ts';
import { renewed } from '../hooks/sign.ts';
import { text } from '../http/request.ts';
import { Lost } from '../store/connection.ts';
import type { HookDelivery } from '../store/hook-deliveries.ts';
import type { Hook } from '../store/hooks.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { faulty } from './fields.ts';
import { eventBoxes, type HookForm, hookFields, readHookForm } from './hook-form.ts';
import { note } from './record.ts';

const MOST = 10;
const LATEST = 10;
const ID = /^[0-9a-f]{32}$/;

type Shown = { secret: string; until: number | null };

/** `/desk/c/:slug/data/hooks`: other programs that are told what happens here, and what became of each message. */
export function hooksPages(desk: Desk): void {
  const { parts } = desk;
  const path = '/data/hooks';
  desk.campaign('get', path, 'owner', async (visit) => page(desk, visit));

  desk.campaign('post', path, 'owner', async (visit) => {
    const here = `${visit.base}${path}`;
    const { slug } = visit.campaign;
    const asked = (name: string) => text(visit.form, name);
    const again = asked('again');
    if (again !== undefined) {
      const isOwed = await parts.store.hooks.tryAgain(slug, again, parts.now());
      return visit.goTo(here, isOwed ? 'again' : 'unchanged');
    }
    const id = asked('test') ?? asked('renew') ?? asked('end');
    if (id === undefined) return add(desk, visit);
    const hook = await parts.store.hooks.find(slug, id);
    if (!hook || hook.endedAt !== null) return visit.goTo(here, 'unchanged');
    if (asked('renew') !== undefined) return renew(desk, visit, hook);
    if (asked('test') !== undefined) {
      await sendTest(desk, hook);
      return visit.goTo(here, 'tested');
    }
    return visit.goTo(here, (await end(desk, visit, hook)) ? 'ended' : 'unchanged');
  });
}

async function add(desk: Desk, visit: CampaignVisit) {
  const { store, vault, now } = desk.parts;
  const { slug } = visit.campaign;
  const given = readHookForm(visit.form);
  if (faulty(given.fields).length > 0) return page(desk, visit, { given });
  const living = (await store.hooks.ofCampaign(slug)).filter(({ endedAt }) => endedAt === null);
  if (living.length >= MOST) return page(desk, visit, { given, isFull: true });
  const asked = text(visit.form, 'id') ?? '';
  const id = ID.test(asked) ? asked : vault.newId();
  const secret = vault.newSigningSecret();
  const box = vault.sealHook({ id, campaign: slug }, { address: given.address, secrets: [{ secret, until: null }] });
  try {
    await store.hooks.add({ id, campaign: slug, box, events: given.events.join(' '), addedAt: now() });
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    // Two presses of one button: it is there, and its secret was in the answer to the first.
    return visit.goTo(`${visit.base}/data/hooks`, 'there');
  }
  await note(desk.parts, visit.who.id, slug, 'hook-added', given.events.join(', '));
  // Shown in the answer itself, and never again.
  return page(desk, visit, { shown: { secret, until: null } });
}

async function renew(desk: Desk, visit: CampaignVisit, hook: Hook) {
  const { store, vault, now } = desk.parts;
  const box = vault.openHook(hook);
  const here = `${visit.base}/data/hooks`;
  if (!box) return visit.goTo(here, 'unopened');
  const secret = vault.newSigningSecret();
  const secrets = renewed(box.secrets, secret, now());
  if (!(await store.hooks.setBox(hook, vault.sealHook(hook, { ...box, secrets }))))
    return visit.goTo(here, 'unchanged');
  await note(desk.parts, visit.who.id, hook.campaign, 'hook-renewed', '');
  return page(desk, visit, { shown: { secret, until: now() + SPANS.hookSecret } });
}

async function sendTest({ parts }: Desk, { id: hook, campaign }: Hook): Promise<void> {
  const at = parts.now();
  const body = messageOf(TEST, at, { campaign });
  await parts.store.hooks.addDelivery({ id: parts.vault.newId(), hook, campaign, event: TEST, body, at });
}

async function end({ parts }: Desk, visit: CampaignVisit, hook: Hook): Promise<boolean> {
  try {
    await parts.store.hooks.end(hook, 'ended before it was sent', parts.now());
  } catch (error) {
    if (error instanceof Lost) return false;
    throw error;
  }
  await note(parts, visit.who.id, hook.campaign, 'hook-ended', '');
  return true;
}

type Seen = { given?: HookForm; isFull?: boolean; shown?: Shown };

async function page({ parts }: Desk, visit: CampaignVisit, { given, isFull = false, shown }: Seen = {}) {
  const hooks = await parts.store.hooks.ofCampaign(visit.campaign.slug);
  const words = { address: null, events: null };
  const fields = given?.fields ?? hookFields('', words);
  return visit.show(
    'hooks',
    {
      title: 'Webhooks',
      id: parts.vault.newId(),
      isFull,
      most: MOST,
      secret: shown?.secret ?? null,
      until: shown?.until ? MOMENT.format(shown.until) : null,
      hooks: await Promise.all(
        hooks.map(async (hook) => ({
          ...hookModel(parts, hook),
          messages: (await parts.store.hooks.deliveries(hook.id, LATEST)).map((each) =>
            messageModel(each, hook, parts.now()),
          ),
        })),
      ),
      fields: fields.filter(({ id }) => id !== 'events'),
      eventsFault: fields.find(({ id }) => id === 'events')?.fault ?? null,
      events: eventBoxes(given?.events ?? EVENT_KINDS),
      faults: faulty(fields),
    },
    given ? (isFull ? 409 : 422) : 200,
  );
}

const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

function hookModel({ vault }: Desk['parts'], hook: Hook) {
  const { id, events, addedAt, failingSince, endedAt } = hook;
  const box = vault.openHook(hook);
  const asks = EVENT_KINDS.filter((kind) => events.split(' ').includes(kind));
  const state =
    endedAt !== null
      ? { name: `ended ${MOMENT.format(endedAt)}`, look: '' }
      : failingSince !== null
        ? { name: `failing since ${MOMENT.format(failingSince)}`, look: 'no' }
        : { name: 'told', look: 'good' };
  return {
    id,
    name: box ? shortened(box.address) : 'an address that cannot be opened',
    added: MOMENT.format(addedAt),
    isLiving: endedAt === null,
    state,
    /** None where it asks for all: a list of everything would only be in the way. */
    asks: asks.length === EVENT_KINDS.length ? [] : asks.map((kind) => EVENTS[kind]),
  };
}

/** An address without what may be a token: its host, and of what follows the last signs, to tell two apart. */
function shortened(address: string): string {
  const { host, pathname, search } = new URL(address);
  const rest = `${pathname}${search}`;
  return rest === '/' ? host : `${host}/…${rest.length > 16 ? rest.slice(-4) : ''}`;
}

function messageModel({ id, at, event, dueAt, doneAt, attempts, outcome }: HookDelivery, hook: Hook, now: number) {
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`;
  const isWaiting = dueAt !== null && (attempts === 0 || outcome === '' || dueAt <= now);
  const next = dueAt === null ? 'not tried again by itself' : `again ${MOMENT.format(dueAt)}`;
  const isOpen = doneAt === null && !isWaiting;
  return {
    id,
    at: MOMENT.format(at),
    event,
    look: doneAt !== null ? 'good' : isWaiting ? '' : 'no',
    state: doneAt !== null ? 'taken' : isWaiting ? 'on its way' : 'not taken',
    outcome: isOpen ? `${outcome}; ${tries}, ${hook.endedAt === null ? next : 'no more'}` : outcome,
    isAgain: isOpen && hook.endedAt === null,
  };
}
