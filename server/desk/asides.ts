import { nextAside, putBack, setAside, wouldTake } from '../acts/aside.ts';
import { type Condition, conditionInWords, readCondition } from '../domain/aside.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { type FieldModel, faulty, field } from './fields.ts';
import type { DeskParts } from './frame.ts';
import { note } from './record.ts';

const LONGEST_WHY = 500;

/** `POST /desk/c/:slug/held/aside` and `/held/back`: takes what came in a flood out of the count, and counts it again. */
export function asidesPages(desk: Desk): void {
  const { parts } = desk;

  desk.campaign('post', '/held/aside', 'owner', async (visit) => {
    const { condition, why, fields } = readForm(visit);
    const faults = faulty(fields);
    if (!condition || faults.length > 0) return look(visit, fields, null);
    if (text(visit.form, 'act') !== 'take') {
      return look(visit, fields, await wouldTake(parts.store, visit.campaign.slug, condition));
    }
    const { slug } = visit.campaign;
    const about = conditionInWords(condition);
    return visit.jobs.begin(visit, 'aside', 0, async (step) => {
      const id = await nextAside(parts.store, slug);
      await setAside(parts.store, slug, condition, { id, why, now: parts.now() }, step);
      await note(parts, visit.who.id, slug, 'set-aside', about);
      const words = `What came by ${about} is taken out of the count, and what waited of it is held.`;
      return { words, href: `${visit.base}/held` };
    });
  });

  desk.campaign('post', '/held/back', 'owner', async (visit) => {
    const { slug } = visit.campaign;
    const id = text(visit.form, 'back') ?? '';
    const record = (await parts.store.asides.all(slug)).find((each) => each.id === id && each.backAt === null);
    if (!record) return visit.goTo(`${visit.base}/held`, 'unchanged');
    return visit.jobs.begin(visit, 'back', 0, async (step) => {
      await putBack(parts.store, slug, id, parts.now(), step);
      parts.wake();
      await note(parts, visit.who.id, slug, 'put-back', conditionInWords(JSON.parse(record.condition) as Condition));
      return { words: 'It is counted again, and what was held of it goes on.', href: `${visit.base}/held` };
    });
  });
}

/** What the page of held letters says of letters that are out of the count. */
export async function asidesModel({ store }: DeskParts, visit: CampaignVisit) {
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const all = await store.asides.all(visit.campaign.slug);
  return {
    aside: asideFields(visit, {}),
    asides: all.map(({ id, condition, why, at, backAt }) => ({
      id,
      why,
      condition: conditionInWords(JSON.parse(condition) as Condition),
      at: moment.format(at),
      backAt: backAt === null ? null : moment.format(backAt),
    })),
  };
}

function readForm(visit: CampaignVisit): { condition: Condition | null; why: string; fields: FieldModel[] } {
  const get = (name: string) => (text(visit.form, name) ?? '').trim();
  const country = get('from-country').toUpperCase();
  const given = { source: get('from-source'), country, from: get('from'), to: get('to') };
  const part = (name: keyof typeof given) => (given[name] === '' ? [] : [`${name}=${given[name]}`]);
  const fits = (name: 'country' | 'from' | 'to') => readCondition(['source=x', ...part(name)].join(',')) !== null;
  const condition = readCondition((['source', 'country', 'from', 'to'] as const).flatMap(part).join(','));
  const why = get('why').slice(0, LONGEST_WHY);
  const faults: Record<string, string> = {};
  if (!fits('country')) faults['from-country'] = 'Write the two letters of a country, such as DE, or nothing.';
  if (!fits('from')) faults.from = 'Choose a day, or leave it empty.';
  if (!fits('to')) faults.to = 'Choose a day, or leave it empty.';
  if (why === '') faults.why = 'Say why, in a few words: it stays in the record.';
  return { condition, why, fields: asideFields(visit, faults) };
}

function asideFields({ campaign, form }: CampaignVisit, faults: Record<string, string>): FieldModel[] {
  const word = (each: string): [string, string] => [each, each];
  const value = (id: string) => ({ value: text(form, id), fault: faults[id] });
  return [
    field('from-source', 'Source', {
      ...value('from-source'),
      options: [['suspected', 'suspected: it came in a flood'], ...campaign.facts.sources.map(word), word('other')],
    }),
    field('from-country', 'Country of the sender', { ...value('from-country'), optional: true, hint: 'Two letters.' }),
    field('from', 'From the day', { ...value('from'), type: 'date', optional: true }),
    field('to', 'To the day', { ...value('to'), type: 'date', optional: true }),
    field('why', 'Why', value('why')),
  ];
}

function look(visit: CampaignVisit, fields: FieldModel[], taken: Awaited<ReturnType<typeof wouldTake>> | null) {
  const counts = Object.entries(taken ?? {}).map(([name, n]) => [name, n.toLocaleString('en')]);
  return visit.show(
    'aside',
    {
      title: 'Take letters out of the count',
      fields,
      faults: faulty(fields),
      taken: taken && Object.fromEntries(counts),
    },
    taken ? 200 : 422,
  );
}
