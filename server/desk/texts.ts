import { issueInWords } from '../campaigns/wording.ts';
import { CampaignFacts } from '../domain/campaign.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { type FieldOptions, faulty, field } from './fields.ts';
import { showForm, theirs } from './form.ts';
import { languageName, languageOptions } from './languages.ts';
import { contentOf, type Saved, save } from './save.ts';

/** `GET` and `POST /desk/c/:slug/texts`: what it is about and why, in each language. */
export function textsPages(desk: Desk): void {
  const { parts } = desk;
  desk.campaign('get', '/texts', 'viewer', async (visit) => page(visit, valuesOf(visit.campaign.facts), {}));

  desk.campaign('post', '/texts', 'editor', async (visit) => {
    const values = (id: string) => text(visit.form, id);
    const parsed = CampaignFacts.safeParse(factsOf(visit), { reportInput: true });
    if (!parsed.success) {
      const faults: Record<string, string> = {};
      for (const issue of parsed.error.issues)
        faults[issue.path[0] === 'languages' ? 'addLanguage' : issue.path.join('.')] ??= `This ${issueInWords(issue)}.`;
      return page(visit, values, faults);
    }
    const saved = await save(parts, visit, { ...contentOf(visit.campaign), facts: parsed.data });
    if (saved.is === 'saved') return visit.goTo(`${visit.base}/texts`, 'saved');
    return page(visit, values, {}, saved);
  });
}

type Values = (id: string) => string | undefined;

function valuesOf(facts: CampaignFacts): Values {
  return (id) => {
    const [key = '', language = ''] = id.split('.');
    const texts = (facts as unknown as Record<string, Record<string, string> | undefined>)[key];
    return texts?.[language];
  };
}

/** The facts with what the form holds of texts and languages. */
function factsOf({ campaign: { facts }, form }: CampaignVisit): unknown {
  const taken = text(form, 'takeOut') ?? '';
  const added = text(form, 'addLanguage') ?? '';
  const languages = [...facts.languages.filter((tag) => tag !== taken), ...(added ? [added] : [])];
  const textsOf = (key: string, required: boolean) => {
    const given = languages.map(
      (tag) => [tag, (text(form, `${key}.${tag}`) ?? '').replace(/\r\n?/g, '\n').trim()] as const,
    );
    // Other languages may be filled in later: the check before the launch asks for them.
    const kept = given.filter(([tag, words]) => words !== '' || (required && tag === languages[0]));
    return Object.fromEntries(kept);
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

function page(visit: CampaignVisit, values: Values, faults: Record<string, string>, saved: Saved | null = null) {
  const { facts } = visit.campaign;
  const now = valuesOf(facts);
  const make = (id: string, label: string, options: FieldOptions = {}) =>
    field(id, label, {
      ...options,
      value: values(id),
      fault: faults[id],
      theirs: theirs(saved, now(id), values(id)),
    });
  const texts = facts.languages.map((tag) => ({
    name: languageName(tag),
    hint: null,
    isWide: true,
    fields: [
      make(`title.${tag}`, 'Title', { textLanguage: tag }),
      make(`summary.${tag}`, 'Summary', { textLanguage: tag, rows: 4 }),
      make(`background.${tag}`, 'What and why', {
        ...{ textLanguage: tag, rows: 10, optional: true },
        hint: 'Paragraphs, **bold**, lists and [links](https://example.org), as Markdown.',
      }),
      make(`reviewedBy.${tag}`, 'Read over by', {
        optional: true,
        hint: 'Who, at home in this language, has read these texts and the letter.',
      }),
    ],
  }));
  const none: [string, string] = ['', 'none'];
  const own = facts.languages.slice(1).map((tag): [string, string] => [tag, languageName(tag)]);
  const languages = {
    name: 'Languages',
    hint: 'The first one is read by those whose own is missing.',
    isWide: false,
    fields: [
      field('addLanguage', 'Add a language', {
        options: [none, ...languageOptions(facts.languages)],
        fault: faults.addLanguage,
      }),
      field('takeOut', 'Take a language out', { options: [none, ...own], hint: 'Its texts go with the save.' }),
    ],
  };
  const lead = 'What it is about and why, in each language.';
  const fields = [...texts, languages].flatMap((group) => group.fields);
  return showForm(visit, { title: 'Texts', lead, groups: [...texts, languages], faults: faulty(fields) }, saved);
}
