import { decideHeld, decideLetter, givingUp, lettingGo } from '../acts/held.ts';
import { NOTICES } from '../domain/notices.ts';
import { REASONS, type Reason } from '../domain/states.ts';
import { text } from '../http/request.ts';
import type { HeldWhere } from '../store/letters.ts';
import { asidesModel } from './asides.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { type FieldModel, field } from './fields.ts';
import { note } from './record.ts';

const ONE_BY_ONE = 50;
/** What can be decided; what was taken out of the count is put back instead. */
const DECIDED = REASONS.filter((reason) => reason !== 'set-aside');
const NAMES: Record<Reason, string> = {
  doubtful: 'may have arrived',
  policy: 'refused for what they are',
  tls: 'no encryption',
  'no-address': 'no address any more',
  unsendable: 'could not be made',
  refusing: 'the office keeps refusing',
  'put-off': 'put off for five days',
  'set-aside': 'taken out of the count',
  gone: 'no such address',
  replaced: 'the office-holder was replaced',
};
const COUNTRY = /^[A-Z]{2}$/;

/** `/desk/c/:slug/held`: letters that wait for a person, decided one by one or by condition; and what was taken out of the count. */
export function heldPages(desk: Desk): void {
  const { parts } = desk;
  desk.campaign('get', '/held', 'viewer', async (visit) => page(desk, visit));

  desk.campaign('post', '/held', 'owner', async (visit) => {
    const where = whereOf(visit);
    if (!where) return page(desk, visit, 422);
    const one = { go: text(visit.form, 'go'), 'give-up': text(visit.form, 'giveUp') };
    const id = one.go ?? one['give-up'];
    if (id !== undefined) return decideSingle(desk, visit, where, id, one.go === undefined ? 'give-up' : 'go');
    const act = text(visit.form, 'act');
    if (act === 'go' || act === 'give-up') return decide(desk, visit, where, act);
    return look(desk, visit, where, null, await parts.store.letters.heldCount(where));
  });
}

type Decided = 'go' | 'give-up';
const DEEDS = { go: 'released', 'give-up': 'given-up' } as const;

async function decide(desk: Desk, visit: CampaignVisit, where: HeldWhere, decision: Decided) {
  const { parts } = desk;
  const act = decision === 'go' ? lettingGo(parts) : givingUp(parts);
  const total = await parts.store.letters.heldCount(where);
  return visit.jobs.begin(visit, 'decide', total, async (step) => {
    const n = await decideHeld(parts, where, act, step);
    parts.wake();
    await note(parts, visit.who.id, where.campaign, DEEDS[decision], `${inWords(where)}: ${n}`);
    const words = decision === 'go' ? 'Letters that go to the end of their queues' : 'Letters given up and erased';
    return { words: `${words}: ${n.toLocaleString('en')}.`, href: `${visit.base}/held` };
  });
}

async function decideSingle(desk: Desk, visit: CampaignVisit, where: HeldWhere, id: string, decision: Decided) {
  const { parts } = desk;
  const act = decision === 'go' ? lettingGo(parts) : givingUp(parts);
  const isDone = await decideLetter(parts, where.campaign, id, act);
  if (isDone) await note(parts, visit.who.id, where.campaign, DEEDS[decision], `${inWords(where)}: one letter`);
  parts.wake();
  const done = decision === 'go' ? 'It goes to the end of its queue.' : 'It is given up and erased.';
  const says = isDone ? done : 'It was not held any more: nothing was changed.';
  return look(desk, visit, where, says, await parts.store.letters.heldCount(where));
}

/** Which letters a form means; null where it has a country that is none. */
function whereOf({ campaign, form }: CampaignVisit): HeldWhere | null {
  const get = (name: string) => (text(form, name) ?? '').trim();
  const country = get('country').toUpperCase();
  const reason = DECIDED.find((each) => each === get('reason')) ?? '';
  if (country !== '' && !COUNTRY.test(country)) return null;
  return { campaign: campaign.slug, recipient: get('recipient'), reason, country, source: get('source') };
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** A condition for the record. */
function inWords({ campaign: _campaign, ...where }: HeldWhere): string {
  const given = Object.entries(where).filter(([, value]) => value !== '');
  return given.map(([name, value]) => `${name}=${value}`).join(', ') || 'all held letters';
}

async function page({ parts }: Desk, visit: CampaignVisit, status = 200) {
  const { campaign, form } = visit;
  const offices = new Map(campaign.recipients.map((each) => [each.id, `${each.office}, ${each.country}`]));
  const holds = (await parts.store.holds.ofCampaign(campaign.slug)).filter(({ reason }) => reason !== 'set-aside');
  const known = new Set([...holds.map(({ recipient }) => recipient)]);
  const fields = conditionFields(
    [...known].map((id): [string, string] => [id, offices.get(id) ?? id]),
    campaign.facts.sources,
    form,
    status === 422,
  );
  return visit.show(
    'held',
    {
      title: 'Held letters',
      holds: holds.map(({ recipient, reason, n }) => ({
        recipient,
        reason,
        office: offices.get(recipient) ?? recipient,
        n: n.toLocaleString('en'),
        name: NAMES[reason],
        why: sentence(NOTICES[reason]),
      })),
      fields,
      faults: fields.filter(({ fault }) => fault !== null),
      ...(await asidesModel(parts, visit)),
    },
    status,
  );
}

function conditionFields(
  offices: [string, string][],
  sources: readonly string[],
  form: unknown,
  isFaulty: boolean,
): FieldModel[] {
  const any: [string, string] = ['', 'any'];
  const word = (each: string): [string, string] => [each, each];
  return [
    field('recipient', 'Office', { options: [any, ...offices], value: text(form, 'recipient') }),
    field('reason', 'Why', {
      options: [any, ...DECIDED.map((reason): [string, string] => [reason, NAMES[reason]])],
      value: text(form, 'reason'),
    }),
    field('country', 'Country of the sender', {
      ...{ optional: true, value: text(form, 'country'), hint: 'Two letters, such as DE.' },
      fault: isFaulty ? 'Write the two letters of a country, such as DE, or nothing.' : null,
    }),
    field('source', 'Source', {
      options: [any, ...sources.map(word), word('other'), word('suspected')],
      value: text(form, 'source'),
    }),
  ];
}

/** What a condition means, before anything is decided; the first ones can be decided by themselves. */
async function look({ parts }: Desk, visit: CampaignVisit, where: HeldWhere, done: string | null, n: number) {
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const offices = new Map(visit.campaign.recipients.map((each) => [each.id, `${each.office}, ${each.country}`]));
  const letters = await parts.store.letters.heldSome(where, ONE_BY_ONE);
  return visit.show('held-decide', {
    title: 'Decide over held letters',
    done,
    where,
    meant: [
      ['Office', offices.get(where.recipient) ?? where.recipient],
      ['Why', where.reason && NAMES[where.reason]],
      ['Country of the sender', where.country],
      ['Source', where.source],
    ].flatMap(([name, value]) => (value ? [{ name, value }] : [])),
    why: where.reason ? sentence(NOTICES[where.reason]) : null,
    isReplaced: where.reason === 'replaced',
    n: n.toLocaleString('en'),
    isOne: n === 1,
    isNone: n === 0,
    isMore: n > letters.length,
    letters: letters.map(({ id, recipient, country, source, reason, answer, changedAt }) => ({
      id,
      country,
      source,
      answer,
      office: offices.get(recipient) ?? recipient,
      since: moment.format(changedAt),
      name: NAMES[reason ?? 'unsendable'],
    })),
  });
}
