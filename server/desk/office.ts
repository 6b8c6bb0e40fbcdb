import { MAX_ROWS } from '../campaigns/limits.ts';
import { readOffice, type Written, writtenOffice } from '../campaigns/office.ts';
import { Recipient } from '../domain/campaign.ts';
import { Refusal } from '../domain/errors.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import { countryOptions } from './countries.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { type FieldOptions, faulty, field } from './fields.ts';
import { theirs } from './form.ts';
import { languageName } from './languages.ts';
import { contentOf, type Saved, save } from './save.ts';

/** `/desk/c/:slug/recipients/new` and `/recipients/:id`: one office, by hand. */
export function officePages(desk: Desk): void {
  desk.campaign('get', '/recipients/new', 'editor', async (visit) => page(desk, visit, null, blank(visit)));
  desk.campaign('post', '/recipients/new', 'editor', async (visit) => put(desk, visit, null));

  desk.campaign('get', '/recipients/:id', 'viewer', async (visit) => {
    const office = officeOf(visit);
    if (!office) throw new Refusal('not-found');
    const written = writtenOffice(office, visit.campaign.facts.languages);
    return page(desk, visit, office.id, written, { doubts: readOffice(written, eyesOf(desk, visit), office).doubts });
  });
  desk.campaign('post', '/recipients/:id', 'editor', async (visit) => {
    const id = visit.params.id ?? '';
    if (!officeOf(visit) && !Recipient.shape.id.safeParse(id).success) throw new Refusal('not-found');
    return put(desk, visit, id);
  });
}

const officeOf = ({ campaign, params }: CampaignVisit): Recipient | null =>
  campaign.recipients.find(({ id }) => id === params.id) ?? null;

const blank = ({ campaign: { facts } }: CampaignVisit): Written => ({
  ...writtenOffice(null, facts.languages),
  language: facts.languages[0] ?? '',
});

function eyesOf({ parts }: Desk, { campaign, params }: CampaignVisit) {
  const { facts, recipients } = campaign;
  const { languages, demonstration } = facts;
  return {
    ...{ languages, demonstration, today: dayOf(parts.now()) },
    others: recipients.filter(({ id }) => id !== params.id),
  };
}

/** Saves an office in its place, or behind the others. Who has taken it off meanwhile is told of it first. */
async function put(desk: Desk, visit: CampaignVisit, id: string | null) {
  const { recipients, facts } = visit.campaign;
  const before = officeOf(visit);
  const columns = Object.keys(writtenOffice(null, facts.languages));
  const written: Written = Object.fromEntries(columns.map((column) => [column, text(visit.form, column) ?? '']));
  const read = readOffice(id === null ? written : { ...written, id }, eyesOf(desk, visit), before);
  if (!before && recipients.length >= MAX_ROWS)
    read.faults.office = `A campaign holds at most ${MAX_ROWS.toLocaleString('en')} offices.`;
  const { office } = read;
  if (!office || Object.keys(read.faults).length > 0) return page(desk, visit, id, written, read);
  const all = before ? recipients.map((each) => (each === before ? office : each)) : [...recipients, office];
  const saved = await save(desk.parts, visit, { ...contentOf(visit.campaign), recipients: all });
  if (saved.is === 'saved') return visit.goTo(`${visit.base}/recipients/${office.id}`, 'saved');
  return page(desk, visit, id, written, { doubts: read.doubts, saved });
}

type Shown = { faults?: Record<string, string>; doubts?: Record<string, string>; saved?: Saved };

function page(
  { parts }: Desk,
  visit: CampaignVisit,
  id: string | null,
  written: Written,
  { faults = {}, doubts = {}, saved }: Shown = {},
) {
  const { facts, revision } = visit.campaign;
  const present = officeOf(visit);
  const now = writtenOffice(present, facts.languages);
  const make = (column: string, label: string, options: FieldOptions = {}) =>
    field(column, label, {
      ...options,
      value: written[column],
      fault: faults[column],
      doubt: doubts[column],
      theirs: id === null ? null : theirs(saved ?? null, now[column], written[column]?.trim()),
    });
  const optional = true;
  const groups = [
    {
      name: 'Which office',
      fields: [
        make('country', 'Country', { options: [['', 'Choose one'], ...countryOptions(parts.world)] }),
        make('office', 'Office', { hint: 'As the letter’s head names it, such as Minister of the Interior.' }),
        make('name', 'Name', { hint: 'Who holds it now. Where nobody is named: the office once more.' }),
        make('salutation', 'Salutation', {
          hint: 'How the letter begins, such as Dear Minister. The letter sets the comma.',
        }),
        make('language', 'Languages', { hint: 'In which the office works, the main one first: de, or nl fr de.' }),
        ...(id === null
          ? [make('id', 'Short name', { optional, hint: 'Such as de-interior. It stays; left empty, one is made.' })]
          : []),
      ],
    },
    {
      name: 'How it is reached',
      fields: [
        make('email', 'Email address', {
          optional,
          hint: 'One address. Without, letters are drafts or go by the web form.',
        }),
        make('contact_form', 'Web form', { optional, hint: 'Such as https://example.org/contact.' }),
        make('source', 'Where it was found', { optional, hint: 'A web page, or a directory.' }),
        make('checked_on', 'When it was looked at', { optional, type: 'date' }),
        make('timezone', 'Time zone', {
          optional,
          hint: 'Such as Europe/Berlin: letters go in the day’s working hours.',
        }),
      ],
    },
    {
      name: 'In letters of one language',
      fields: facts.languages.flatMap((tag) => [
        make(`office_${tag}`, `Office, in ${languageName(tag)}`, { optional, textLanguage: tag }),
        make(`salutation_${tag}`, `Salutation, in ${languageName(tag)}`, { optional, textLanguage: tag }),
      ]),
    },
  ];
  const wrong = faulty(groups.flatMap(({ fields }) => fields));
  return visit.show(
    'office',
    {
      title: present?.office ?? (id === null ? 'A new office' : id),
      id,
      isThere: present !== null,
      revision,
      groups,
      hasDoubts: Object.keys(doubts).length > 0,
      conflict: saved?.is === 'conflict',
      isGone: saved?.is === 'conflict' && id !== null && !present,
      refused: saved?.is === 'refused' ? saved.faults : null,
      faults: wrong,
    },
    saved ? 409 : wrong.length > 0 ? 422 : 200,
  );
}
