import { issueInWords } from '../campaigns/wording.ts';
import { CampaignFacts } from '../domain/campaign.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { faulty, field } from './fields.ts';
import { theirs } from './form.ts';
import { languageName, languageOptions } from './languages.ts';
import { contentOf, type Saved, save } from './save.ts';

/** `GET` and `POST /desk/c/:slug/texts`: what it is about and why, in each language beside the first. */
export function textsPages(desk: Desk): void {
  desk.campaign('get', '/texts', 'viewer', async (visit) => page(visit, valuesOf(visit.campaign.facts)));

  desk.campaign('post', '/texts', 'editor', async (visit) => {
    const values = (id: string) => text(visit.form, id);
    if (text(visit.form, 'part') === 'preview')
      return visit.show('texts-preview', { title: '', seen: seenOf(visit, values) });
    if (text(visit.form, 'act') === 'preview') return page(visit, values);
    return keep(desk, visit, values);
  });
}

/** Saves what the form holds, and goes on to the language that is wanted beside. */
async function keep({ parts }: Desk, visit: CampaignVisit, values: Values) {
  const { facts } = visit.campaign;
  const parsed = CampaignFacts.safeParse(factsOf(visit), { reportInput: true });
  if (!parsed.success) {
    const faults: Record<string, string> = {};
    for (const issue of parsed.error.issues)
      faults[issue.path[0] === 'languages' ? 'addLanguage' : issue.path.join('.')] ??= `This ${issueInWords(issue)}.`;
    return page(visit, values, { faults });
  }
  const added = text(visit.form, 'addLanguage');
  const next = text(visit.form, 'show') ?? (added || besideAsked(visit));
  const isOther = parsed.data.languages.indexOf(next) > 1;
  const to = `${visit.base}/texts${isOther ? `?beside=${next}` : ''}`;
  const isChanged = JSON.stringify(ordered(parsed.data)) !== JSON.stringify(ordered(facts));
  // Who only looks at another language makes no revision.
  if (!isChanged && text(visit.form, 'show') !== undefined) return visit.goTo(to);
  const saved = await save(parts, visit, { ...contentOf(visit.campaign), facts: parsed.data });
  return saved.is === 'saved' ? visit.goTo(to, 'saved') : page(visit, values, { saved });
}

type Values = (id: string) => string | undefined;
const KEYS = ['title', 'summary', 'background', 'reviewedBy'] as const;

/** The texts in an order of their own, to tell whether any differs. */
const ordered = (facts: CampaignFacts) => [
  facts.languages,
  ...KEYS.map((key) => Object.entries(facts[key] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))),
];

function valuesOf(facts: CampaignFacts): Values {
  return (id) => {
    const [key = '', language = ''] = id.split('.');
    return facts[key as (typeof KEYS)[number]]?.[language];
  };
}

/** The facts with what the form holds of texts and languages; a language that is not in the form stays as it is. */
function factsOf({ campaign: { facts }, form }: CampaignVisit): unknown {
  const taken = text(form, 'takeOut') ?? '';
  const added = text(form, 'addLanguage') ?? '';
  const languages = [...facts.languages.filter((tag) => tag !== taken), ...(added ? [added] : [])];
  const textsOf = (key: (typeof KEYS)[number], required: boolean) => {
    const given = languages.map((tag) => {
      const typed = text(form, `${key}.${tag}`)?.replace(/\r\n?/g, '\n').trim();
      return [tag, typed ?? facts[key]?.[tag] ?? ''] as const;
    });
    // Other languages may be filled in later: the check before the launch asks for them.
    return Object.fromEntries(given.filter(([tag, words]) => words !== '' || (required && tag === languages[0])));
  };
  const background = textsOf('background', false);
  const { background: _before, ...rest } = facts;
  return {
    ...rest,
    languages,
    title: textsOf('title', true),
    summary: textsOf('summary', true),
    ...(Object.keys(background).length > 0 ? { background } : {}),
    reviewedBy: textsOf('reviewedBy', false),
  };
}

const besideAsked = ({ form, query }: CampaignVisit) => text(form, 'beside') ?? text(query, 'beside') ?? '';

/**
 * The languages in view: the first, and the one that is asked for beside it. One that somebody else has taken out
 * meanwhile stays in view with what was typed in it.
 */
function inView(visit: CampaignVisit): string[] {
  const [first = '', ...others] = visit.campaign.facts.languages;
  const wanted = besideAsked(visit);
  const isTyped = text(visit.form, `title.${wanted}`) !== undefined && wanted !== first;
  const beside = others.includes(wanted) || isTyped ? wanted : others[0];
  return beside === undefined ? [first] : [first, beside];
}

/** A campaign's texts as a citizen sees them, in each language in view. */
const seenOf = (visit: CampaignVisit, values: Values) =>
  inView(visit).map((language) => ({
    language,
    name: languageName(language),
    title: values(`title.${language}`) ?? '',
    summary: values(`summary.${language}`) ?? '',
    background: values(`background.${language}`) ?? '',
  }));

type Come = { faults?: Record<string, string>; saved?: Saved | null };

function page(visit: CampaignVisit, values: Values, { faults = {}, saved = null }: Come = {}) {
  const { facts, revision } = visit.campaign;
  const shown = inView(visit);
  const rows = rowsOf(shown, values, { now: valuesOf(facts), faults, saved });
  const lost = shown.find((tag) => !facts.languages.includes(tag));
  const languages = languageFields(facts, faults.addLanguage, text(visit.form, 'addLanguage') || lost, visit);
  const wrong = faulty([...rows.flatMap(({ fields }) => fields), ...languages]);
  return visit.show(
    'texts',
    {
      title: 'Texts',
      revision,
      faults: wrong,
      conflict: saved?.is === 'conflict',
      refused: saved?.is === 'refused' ? saved.faults : null,
      lost: lost ? languageName(lost) : null,
      beside: shown[1] ?? '',
      others: facts.languages.length > 2 ? facts.languages.slice(1).map((tag) => otherOf(visit, tag, shown)) : [],
      rows,
      languages,
      isUnsaved: visit.request.method === 'POST',
      seen: seenOf(visit, values),
      scripts: ['preview.ts'],
    },
    saved !== null ? 409 : wrong.length > 0 ? 422 : 200,
  );
}

/** A language that can be put beside the first, and what of it is there. */
function otherOf({ campaign: { facts }, base }: CampaignVisit, tag: string, shown: readonly string[]) {
  const missing = KEYS.filter((key) => !facts[key]?.[tag]);
  return {
    tag,
    name: languageName(tag),
    href: `${base}/texts?beside=${tag}`,
    isHere: shown.includes(tag),
    isWhole: missing.length === 0,
  };
}

type Told = { now: Values; faults: Record<string, string>; saved: Saved | null };

/** A row for each text, in it a field for each language in view. */
function rowsOf(languages: readonly string[], values: Values, { now, faults, saved }: Told) {
  const row = (key: (typeof KEYS)[number], name: string, hint: string | null, rows?: number) => ({
    name,
    hint,
    isMarkdown: key === 'background',
    fields: languages.map((tag) => {
      const id = `${key}.${tag}`;
      return field(id, `${name}, ${languageName(tag)}`, {
        ...{ value: values(id), fault: faults[id], theirs: theirs(saved, now(id), values(id)), textLanguage: tag },
        ...(rows && { rows }),
        optional: key === 'background' || key === 'reviewedBy',
      });
    }),
  });
  return [
    row('title', 'Title', null),
    row('summary', 'Summary', null, 4),
    row('background', 'What and why', 'Paragraphs, **bold**, lists and [links](https://example.org), as Markdown.', 12),
    row('reviewedBy', 'Read over by', 'Who, at home in this language, has read these texts and the letter.'),
  ];
}

function languageFields(
  facts: CampaignFacts,
  fault: string | undefined,
  added: string | undefined,
  visit: CampaignVisit,
) {
  const none: [string, string] = ['', 'none'];
  const own = facts.languages.slice(1).map((tag): [string, string] => [tag, languageName(tag)]);
  const taken = text(visit.form, 'takeOut');
  return [
    field('addLanguage', 'Add a language', {
      ...{ options: [none, ...languageOptions(facts.languages)], fault, value: added },
    }),
    field('takeOut', 'Take a language out', {
      ...{ options: [none, ...own], hint: 'Its texts go with the save.', value: taken },
    }),
  ];
}
