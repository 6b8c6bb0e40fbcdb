import { roleIn } from '../acts/role.ts';
import { issueInWords } from '../campaigns/wording.ts';
import { CampaignFacts } from '../domain/campaign.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import { Lost } from '../store/connection.ts';
import type { Desk, Visit } from './desk.ts';
import { type FieldModel, faulty, field } from './fields.ts';
import { titleOf } from './frame.ts';
import { languageOptions } from './languages.ts';
import { note } from './record.ts';

const DAY = 24 * 3_600_000;

/** `GET /desk`: the campaigns that somebody works on. `GET` and `POST /desk/new`: a new one, with what it cannot be without. */
export function homePages(desk: Desk): void {
  const { parts } = desk;

  desk.page('get', '', null, async (visit) => {
    const rows = await Promise.all(
      parts.campaigns.all().map(async (campaign) => {
        const role = await roleIn(parts, visit.who, campaign.slug);
        if (!role) return [];
        const { sent } = await parts.store.tally.sums(campaign.slug, 'all');
        const waiting = [...campaign.queues.values()].reduce((sum, { arrived, gone }) => sum + arrived - gone, 0);
        const { slug, state, facts } = campaign;
        const count = (n: number) => n.toLocaleString('en');
        return [
          {
            slug,
            state,
            role,
            title: titleOf(campaign),
            demonstration: facts.demonstration,
            sent: count(sent),
            waiting: count(waiting),
          },
        ];
      }),
    );
    return visit.show('home', {
      title: 'Campaigns',
      campaigns: rows.flat().sort((a, b) => (a.title < b.title ? -1 : 1)),
    });
  });

  desk.page('get', '/new', 'owner', async (visit) => {
    const now = parts.now();
    const form = { language: 'en', opens: dayOf(now), closes: dayOf(now + 60 * DAY) };
    return visit.show('new', { title: 'Make a campaign', fields: fieldsOf(form, {}) });
  });

  desk.page('post', '/new', 'owner', async (visit) => {
    const given = await made(desk, visit.form);
    if (!given.facts) {
      const fields = fieldsOf(visit.form, given.faults);
      return visit.show('new', { title: 'Make a campaign', fields, faults: faulty(fields) }, 422);
    }
    return make(desk, visit, given.facts);
  });
}

async function make({ parts }: Desk, visit: Visit, facts: CampaignFacts): Promise<unknown> {
  try {
    await parts.store.campaigns.save(
      { facts, recipients: [], signatories: [], texts: {} },
      null,
      parts.now(),
      visit.who.id,
    );
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    // Two presses of one button: the campaign is there.
  }
  await note(parts, visit.who.id, facts.slug, 'campaign-made', '');
  await parts.campaigns.refresh();
  return visit.goTo(`/desk/c/${facts.slug}/texts`, 'made');
}

type Faults = Record<string, string>;

async function made({ parts }: Desk, form: unknown): Promise<{ facts: CampaignFacts | null; faults: Faults }> {
  const get = (name: string) => (text(form, name) ?? '').trim();
  const language = get('language');
  const taken = new Set((await parts.store.campaigns.list()).map(({ slug }) => slug));
  const parsed = CampaignFacts.safeParse(
    {
      slug: freeSlug(get('title'), taken),
      title: { [language]: get('title') },
      summary: { [language]: get('summary') },
      organiser: { name: get('organiser'), contact: get('contact') },
      opens: get('opens'),
      closes: get('closes'),
      languages: [language],
    },
    { reportInput: true },
  );
  if (parsed.success) return { facts: parsed.data, faults: {} };
  const faults: Faults = {};
  for (const issue of parsed.error.issues) {
    const [first, second] = issue.path;
    const id = first === 'organiser' ? (second === 'name' ? 'organiser' : 'contact') : String(first);
    faults[id] ??= `This ${issueInWords(issue)}.`;
  }
  return { facts: null, faults };
}

function fieldsOf(form: unknown, faults: Faults): FieldModel[] {
  const value = (id: string) => ({ value: text(form, id), fault: faults[id] });
  return [
    field('title', 'Title', { ...value('title'), hint: 'What you ask for, in a few words.' }),
    field('summary', 'Summary', {
      ...value('summary'),
      rows: 3,
      hint: 'Two sentences: what happens, and what the letter asks.',
    }),
    field('language', 'Its first language', { ...value('language'), options: languageOptions() }),
    field('organiser', 'Who stands behind it', {
      ...value('organiser'),
      hint: 'The name that citizens and offices read.',
    }),
    field('contact', 'How you can be reached', { ...value('contact'), hint: 'An email address or a web page.' }),
    field('opens', 'First day', { ...value('opens'), type: 'date' }),
    field('closes', 'Last day', { ...value('closes'), type: 'date' }),
  ];
}

/** A short name out of a title, that no campaign has yet. */
export function freeSlug(title: string, taken: ReadonlySet<string>): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
  const base = plain || 'campaign';
  for (let n = 1; ; n += 1) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(slug)) return slug;
  }
}
