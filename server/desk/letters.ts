import { UNSIGNED, writeLetter, writeShort } from '../acts/write.ts';
import { RESIDENCE } from '../campaigns/fit.ts';
import { placeholderIn } from '../campaigns/placeholders.ts';
import { asDraft } from '../campaigns/register.ts';
import { groupsOf, variantFaults } from '../campaigns/variants.ts';
import type { Recipient } from '../domain/campaign.ts';
import { draftLinks, LINK_FORMS, type LinkForm, linkRoom } from '../domain/drafts.ts';
import { Refusal } from '../domain/errors.ts';
import { LETTER_VARIABLES } from '../domain/letter.ts';
import { isVariants, letterOfVariants } from '../domain/variants.ts';
import { text } from '../http/request.ts';
import { type CompiledLetter, compileLetter, LetterFault } from '../views/letters.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { faulty, field } from './fields.ts';
import { theirs } from './form.ts';
import { languageName } from './languages.ts';
import { contentOf, type Saved, save } from './save.ts';

/** An invented sender, as long as most are: what a letter looks like when it arrives. */
const SENDER = {
  name: 'Maximiliane Oberhofer-Gut',
  place: 'Utrecht',
  ownWords: 'These are the words of the person who writes.',
};

/** `/desk/c/:slug/letters` and `/letters/:name`: the texts, each with a preview exactly as it will arrive. */
export function lettersPages(desk: Desk): void {
  const { parts } = desk;
  desk.campaign('get', '/letters', 'viewer', async (visit) => list(visit));
  desk.campaign('get', '/letters/:name', 'viewer', async (visit) =>
    page(desk, visit, nameOf(visit), textOf(visit), null),
  );

  desk.campaign('post', '/letters/:name', 'editor', async (visit) => {
    const name = nameOf(visit);
    const typed = (text(visit.form, 'text') ?? '').replace(/\r\n?/g, '\n');
    const act = text(visit.form, 'act');
    if (act === 'preview') return page(desk, visit, name, typed, null);
    if (act !== 'remove' && faultOf(name, typed, visit) !== null) return page(desk, visit, name, typed, null, 422);
    const { [name]: _before, ...others } = visit.campaign.texts;
    const texts = act === 'remove' ? others : { ...others, [name]: typed.endsWith('\n') ? typed : `${typed}\n` };
    const saved = await save(parts, visit, { ...contentOf(visit.campaign), texts });
    if (saved.is !== 'saved') return page(desk, visit, name, typed, saved, 409);
    return act === 'remove'
      ? visit.goTo(`${visit.base}/letters`, 'removed')
      : visit.goTo(`${visit.base}/letters/${name}`, 'saved');
  });
}

/** Which text it is, such as `en`, `en.short`, `en.variants` or `en.de-interior`. @throws Refusal where there can be none of that name */
function nameOf({ params, campaign }: CampaignVisit): string {
  const name = params.name ?? '';
  const [language = '', ...rest] = name.split('.');
  const [first, second] = rest;
  const isOffice = (id: string | undefined) => campaign.recipients.some((each) => each.id === id);
  const isKind = (kind: string | undefined) => kind === undefined || kind === 'short' || kind === 'variants';
  const isKnown = (rest.length < 2 && isKind(first)) || (rest.length < 3 && isOffice(first) && isKind(second));
  if (!campaign.facts.languages.includes(language) || !isKnown) throw new Refusal('not-found');
  return name;
}

const textOf = ({ campaign, params }: CampaignVisit) => campaign.texts[params.name ?? ''] ?? '';

/** What keeps a text from being saved, with its line; null where nothing does. */
function faultOf(name: string, typed: string, { campaign }: CampaignVisit): string | null {
  const at = (line: number | null, says: string) => (line === null ? says : `Line ${line}: ${says}`);
  if (isVariants(name)) {
    const letter = campaign.texts[letterOfVariants(name)];
    if (letter === undefined) return 'There is no letter yet that these could be variants of.';
    const [fault] = variantFaults(typed, letter);
    return fault ? at(fault.line, fault.text) : null;
  }
  try {
    compileLetter(typed);
  } catch (error) {
    if (error instanceof LetterFault) return at(error.line, `The letter ${error.message}.`);
    throw error;
  }
  const lines = typed.split('\n').map((line) => placeholderIn(line.replace(/\{\{[^{}]*\}\}/g, '')));
  const line = lines.findIndex((found) => found !== null);
  return line < 0 ? null : at(line + 1, `${lines[line]} was never filled in.`);
}

function list(visit: CampaignVisit) {
  const { texts, facts, recipients } = visit.campaign;
  const kinds = [
    ['', 'the letter'],
    ['.short', 'the short rendition, for draft links'],
    ['.variants', 'variants of its paragraphs'],
  ] as const;
  return visit.show('letters', {
    title: 'Letters',
    languages: facts.languages.map((tag) => ({
      name: languageName(tag),
      texts: kinds.map(([ending, what]) => ({ name: `${tag}${ending}`, what, isThere: `${tag}${ending}` in texts })),
      own: recipients
        .filter(({ id }) => `${tag}.${id}` in texts)
        .map(({ id, office, country }) => ({ name: `${tag}.${id}`, office: `${office}, ${country}` })),
    })),
  });
}

async function page(desk: Desk, visit: CampaignVisit, name: string, typed: string, saved: Saved | null, status = 200) {
  const { campaign, form, query } = visit;
  const fault = typed === '' ? null : faultOf(name, typed, visit);
  const editor = field('text', 'Subject on the first line, an empty line, then the letter', {
    ...{ rows: 22, value: typed, fault, textLanguage: name.split('.')[0] ?? 'en' },
    theirs: theirs(saved, campaign.texts[name], typed),
    hint: `These are filled in: ${LETTER_VARIABLES.map((variable) => `{{${variable}}}`).join(' ')}`,
  });
  const asked = text(form, 'recipient') ?? text(query, 'recipient');
  const recipient = campaign.recipients.find(({ id }) => id === asked) ?? officeFor(visit, name);
  const offices = campaign.recipients.map(({ id, office, country }): [string, string] => [id, `${office}, ${country}`]);
  return visit.show(
    'letter',
    {
      title: `Letter: ${name}`,
      name,
      revision: campaign.revision,
      isThere: name in campaign.texts,
      editor,
      faults: status === 422 ? faulty([editor]) : [],
      conflict: saved?.is === 'conflict',
      refused: saved?.is === 'refused' ? saved.faults : null,
      recipient: field('recipient', 'As it will arrive at', { options: offices.slice(0, 500), value: recipient?.id }),
      preview: fault === null && recipient && typed !== '' ? previewOf(desk, visit, name, typed, recipient) : null,
    },
    status,
  );
}

function officeFor({ campaign }: CampaignVisit, name: string): Recipient | undefined {
  const [language = '', id] = name.split('.');
  const { recipients } = campaign;
  return (
    recipients.find((each) => each.id === id) ??
    recipients.find((each) => each.languages.includes(language)) ??
    recipients[0]
  );
}

/** The letter filled for one office by an invented sender, and which draft links carry it. */
function previewOf({ parts }: Desk, { campaign }: CampaignVisit, name: string, typed: string, recipient: Recipient) {
  const language = name.split('.')[0] ?? '';
  const texts = { ...campaign.texts, [name]: typed };
  const letters = new Map<string, CompiledLetter>(campaign.letters);
  const shown = isVariants(name) ? letterOfVariants(name) : name;
  letters.set(shown, compileLetter(texts[shown] ?? typed, groupsOf(texts, shown)));
  // What is typed is shown, be it the letter for all or for one.
  const only = shown.endsWith('.short') ? texts : { ...texts, [`${language}.${recipient.id}`]: texts[shown] ?? typed };
  if (!shown.endsWith('.short')) letters.set(`${language}.${recipient.id}`, letters.get(shown) as CompiledLetter);
  const live = asDraft({ ...contentOf(campaign), texts: only }, letters);
  const letter = { campaign: live, recipient, language, country: RESIDENCE[recipient.country] ?? recipient.country };
  const now = parts.now();
  const isShort = shown.endsWith('.short');
  const seed = isVariants(name) ? 'preview' : undefined;
  const whole = writeLetter(letter, SENDER, now, seed);
  const short = writeShort(letter, UNSIGNED, now);
  const { links, carries } = draftLinks(
    recipient.email ?? 'office@ministry.example',
    isShort && short ? short : whole,
    short,
  );
  return {
    ...(isShort && short ? short : whole),
    language,
    office: recipient.office,
    links: LINK_FORMS.map((form) => ({
      form: LINK_NAMES[form],
      what: CARRIES[carries[form] ?? 'none'] ?? '',
      room: roomIn(form, links[form]),
    })),
  };
}

/** How many characters more a link could carry; null where it carries nothing. */
function roomIn(form: LinkForm, url: string | null): string | null {
  if (url === null) return null;
  const { length, room } = linkRoom(form, url);
  return (room - length).toLocaleString('en');
}

const LINK_NAMES: Record<LinkForm, string> = {
  mailto: 'The mail program',
  gmail: 'Gmail',
  outlook: 'Outlook.com',
  outlookWork: 'Outlook at work',
  yahoo: 'Yahoo',
  proton: 'Proton',
};

const CARRIES: Record<string, string> = {
  whole: 'carries the whole letter',
  short: 'carries the short rendition',
  none: 'carries neither: it is too long',
};
