import { issueInWords } from '../campaigns/wording.ts';
import { CampaignFacts } from '../domain/campaign.ts';
import { text } from '../http/request.ts';
import { isContactKey } from '../vault/contacts.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { type FieldModel, type FieldOptions, faulty, field } from './fields.ts';
import { showForm, theirs } from './form.ts';
import { languageName } from './languages.ts';
import { contentOf, type Saved, save } from './save.ts';

/** `GET` and `POST /desk/c/:slug/facts`: who stands behind it, dates and goal, rules and options. */
export function factsPages(desk: Desk): void {
  const { parts } = desk;
  desk.campaign('get', '/facts', 'viewer', async (visit) => page(visit, valuesOf(visit.campaign.facts), {}));

  desk.campaign('post', '/facts', 'editor', async (visit) => {
    const values = Object.fromEntries(IDS(visit.campaign.facts).map((id) => [id, (text(visit.form, id) ?? '').trim()]));
    const parsed = CampaignFacts.safeParse(factsOf(visit.campaign.facts, values), { reportInput: true });
    const faults: Record<string, string> = {};
    for (const issue of parsed.error?.issues ?? [])
      faults[idOf(issue.path, visit.campaign.facts)] ??= `This ${issueInWords(issue)}.`;
    const key = values['contacts.key'] ?? '';
    if (key !== '' && !isContactKey(key)) faults['contacts.key'] ??= 'This key is mistyped. Copy it once more.';
    if (!parsed.success || Object.keys(faults).length > 0) return page(visit, values, faults);
    const saved = await save(parts, visit, { ...contentOf(visit.campaign), facts: parsed.data });
    return saved.is === 'saved' ? visit.goTo(`${visit.base}/facts`, 'saved') : page(visit, values, {}, saved);
  });
}

type Values = Record<string, string>;
const PLAIN = [
  'opens',
  'actBefore',
  'closes',
  'goal',
  'pacePerHour',
  'editing',
  'sources',
  'draftOnly',
  'demonstration',
];
const ORGANISER = ['name', 'contact', 'address', 'privacy'] as const;

const IDS = ({ languages }: CampaignFacts): string[] => [
  ...ORGANISER.map((key) => `organiser.${key}`),
  ...PLAIN,
  'blocs.EU',
  'contacts.key',
  ...languages.map((tag) => `contacts.ask.${tag}`),
];

/** The field that an issue is about: lists are one field. */
function idOf(path: readonly PropertyKey[], { languages }: CampaignFacts): string {
  const isList = path[0] === 'sources' || path[0] === 'draftOnly';
  // A key without a question in any language: the first one asks.
  if (path.join('.') === 'contacts.ask') return `contacts.ask.${languages[0]}`;
  return isList ? String(path[0]) : path.map(String).join('.');
}

function valuesOf(facts: CampaignFacts): Values {
  const { organiser, contacts } = facts;
  return {
    ...Object.fromEntries(ORGANISER.map((key) => [`organiser.${key}`, organiser[key] ?? ''])),
    opens: facts.opens,
    actBefore: facts.actBefore ?? '',
    closes: facts.closes,
    goal: facts.goal?.toString() ?? '',
    pacePerHour: facts.pacePerHour?.toString() ?? '',
    editing: facts.editing,
    sources: facts.sources.join(', '),
    draftOnly: facts.draftOnly.join(', '),
    demonstration: facts.demonstration ? 'yes' : 'no',
    'blocs.EU': facts.blocs.EU ?? '',
    'contacts.key': contacts?.key ?? '',
    ...Object.fromEntries(facts.languages.map((tag) => [`contacts.ask.${tag}`, contacts?.ask[tag] ?? ''])),
  };
}

const filled = (pairs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== '' && value !== undefined));
const list = (words = '') => words.split(/[\s,;]+/).filter(Boolean);
/** A number as typed; what is none stays a text, and the schema says so. */
const number = (typed = '') => (/^\d{1,9}$/.test(typed) ? Number(typed) : typed);

/** The facts with what the form holds in their places. */
function factsOf(before: CampaignFacts, values: Values): unknown {
  const { slug, title, summary, background, languages, reviewedBy } = before;
  const asks = filled(Object.fromEntries(languages.map((tag) => [tag, values[`contacts.ask.${tag}`]])));
  const pace = values.pacePerHour ?? '';
  return {
    ...{ slug, title, summary, languages, reviewedBy },
    ...(background && { background }),
    organiser: {
      name: '',
      contact: '',
      ...filled(Object.fromEntries(ORGANISER.map((key) => [key, values[`organiser.${key}`]]))),
    },
    opens: values.opens,
    closes: values.closes,
    ...filled({ actBefore: values.actBefore, goal: number(values.goal), editing: values.editing }),
    pacePerHour: pace === '' ? null : number(pace),
    sources: list(values.sources),
    draftOnly: list(values.draftOnly?.toUpperCase()),
    demonstration: values.demonstration === 'yes',
    blocs: filled({ EU: values['blocs.EU'] }),
    ...(values['contacts.key'] && { contacts: { key: values['contacts.key'], ask: asks } }),
  };
}

function page(visit: CampaignVisit, values: Values, faults: Record<string, string>, saved: Saved | null = null) {
  const { facts } = visit.campaign;
  const now = valuesOf(facts);
  const make = (id: string, label: string, options: FieldOptions = {}): FieldModel =>
    field(id, label, {
      ...options,
      value: values[id],
      fault: faults[id],
      theirs: theirs(saved, now[id], values[id]),
    });
  const optional = true;
  const groups = [
    {
      name: 'Who stands behind it',
      hint: null,
      fields: [
        make('organiser.name', 'Name'),
        make('organiser.contact', 'Contact', { hint: 'An email address or web page at which people reach you.' }),
        make('organiser.address', 'Postal address', { optional, hint: 'Many countries ask for one.' }),
        make('organiser.privacy', 'Privacy contact', { optional, hint: 'Where people ask what is kept of them.' }),
      ],
    },
    {
      name: 'Dates and goal',
      hint: null,
      fields: [
        make('opens', 'First day', { type: 'date' }),
        make('closes', 'Last day', { type: 'date' }),
        make('actBefore', 'Act before', { type: 'date', optional, hint: 'The day on which it would be too late.' }),
        make('goal', 'Goal', { optional, hint: 'How many letters you hope for.' }),
      ],
    },
    {
      name: 'Rules',
      hint: null,
      fields: [
        make('blocs.EU', 'The office of the European Union', {
          options: [
            ['', 'is not offered'],
            ['also', 'is offered beside the national one'],
            ['fallback', 'only where there is no national one'],
          ],
        }),
        make('pacePerHour', 'Letters an hour to one office', {
          hint: 'Offices read letters that come one by one. Left empty: no limit, at any hour.',
        }),
        make('draftOnly', 'Countries where only drafts are offered', {
          ...{ optional, hint: 'Two-letter codes such as CN, HK: nothing is ever sent for people there.' },
        }),
        make('editing', 'What senders may change', {
          options: [
            ['own-words', 'add words of their own'],
            ['full', 'rewrite the letter'],
            ['none', 'nothing'],
          ],
        }),
      ],
    },
    {
      name: 'Options',
      hint: null,
      fields: [
        make('sources', 'Sources that are counted', {
          optional,
          hint: 'Short words such as newsletter, poster: links that end with ?src=poster.',
        }),
        make('demonstration', 'A demonstration', {
          ...{
            options: [
              ['no', 'no'],
              ['yes', 'yes: nothing leaves this machine'],
            ] as const,
            hint: 'To try everything with invented offices.',
          },
        }),
        make('contacts.key', 'Key for contacts', {
          ...{
            optional,
            hint: 'The public half of an age key (age1…). People who tick the box are sealed to it; only you can read them.',
          },
        }),
        ...facts.languages.map((tag) =>
          make(`contacts.ask.${tag}`, `What the box says, in ${languageName(tag)}`, { optional, textLanguage: tag }),
        ),
      ],
    },
  ];
  const fields = groups.flatMap((group) => group.fields);
  return showForm(visit, { title: 'Dates and rules', lead: '', groups, faults: faulty(fields) }, saved);
}
