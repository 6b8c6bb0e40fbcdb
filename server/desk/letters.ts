import { oweMail } from '../acts/desk-mail.ts';
import { longestOffice, spaceInLinks } from '../campaigns/room.ts';
import { LINK_FORMS } from '../domain/drafts.ts';
import { Refusal } from '../domain/errors.ts';
import { mayAct } from '../domain/roles.ts';
import { text } from '../http/request.ts';
import { arrival, type Typed } from './arrival.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { openHourly } from './hourly.ts';
import { languageName } from './languages.ts';
import { isPossible, KIND_LIST, KINDS, nameOf, officeName, readName, type TextName } from './letter-name.ts';
import { asked, letterFragment, letterPage, openedText, typedText } from './letter-page.ts';
import { LINK_NAMES, previewOf, spaceInWords } from './letter-preview.ts';
import { note } from './record.ts';
import { contentOf, save } from './save.ts';

const MOST_TESTS_AN_HOUR = 10;

/** `/desk/c/:slug/letters` and `/letters/:name`: the texts, each with a preview exactly as it will arrive. */
export function lettersPages(desk: Desk): void {
  const mayTest = openHourly(desk.parts.now, MOST_TESTS_AN_HOUR);
  desk.campaign('get', '/letters', 'viewer', async (visit) => list(visit));

  desk.campaign('get', '/letters/:name', 'viewer', async (visit) => {
    const named = namedIn(visit);
    if (!isPossible(named, visit.campaign)) throw new Refusal('not-found');
    return letterPage(desk, visit, typedText(visit, named, openedText(visit, nameOf(named))));
  });

  // Who may only look may also look at what they typed.
  desk.campaign('post', '/letters/:name', 'viewer', async (visit) => {
    const typed = typedText(visit, namedIn(visit), (text(visit.form, 'text') ?? '').replace(/\r\n?/g, '\n'));
    const act = text(visit.form, 'act');
    if (act === 'preview' && text(visit.form, 'part') === 'preview') return letterFragment(desk, visit, typed);
    if (act === 'preview') return letterPage(desk, visit, typed);
    if (!mayAct(visit.role, 'editor')) throw new Refusal('not-allowed');
    if (act === 'remove') return remove(desk, visit, typed);
    const { faults } = await previewOf(desk.parts, visit.campaign, typed, true);
    if (faults.length > 0) return letterPage(desk, visit, typed, { status: 422 });
    return act === 'test' ? sendTest(desk, visit, typed, mayTest) : keep(desk, visit, typed);
  });
}

/** Which text it is, such as `en`, `en.short`, `en.variants` or `en.de-interior`. @throws Refusal where there can be none of that name */
function namedIn({ params }: CampaignVisit): TextName {
  const named = readName(params.name ?? '');
  if (!named) throw new Refusal('not-found');
  return named;
}

async function keep(desk: Desk, visit: CampaignVisit, typed: Typed) {
  const { campaign, base } = visit;
  const name = nameOf(typed.named);
  // Somebody else may have taken the language or the office out while this was written.
  if (!isPossible(typed.named, campaign)) return letterPage(desk, visit, typed, { status: 409 });
  const texts = { ...campaign.texts, [name]: typed.text.endsWith('\n') ? typed.text : `${typed.text}\n` };
  const saved = await save(desk.parts, visit, { ...contentOf(campaign), texts });
  if (saved.is !== 'saved') return letterPage(desk, visit, typed, { status: 409, saved });
  const shown = ['recipient', 'beside', 'wording'].map((each): [string, string] => [each, asked(visit, each)]);
  const query = new URLSearchParams(shown.filter(([, value]) => value !== ''));
  return visit.goTo(`${base}/letters/${name}${query.size > 0 ? `?${query}` : ''}`, 'saved');
}

async function remove(desk: Desk, visit: CampaignVisit, typed: Typed) {
  if (!(nameOf(typed.named) in visit.campaign.texts)) return visit.goTo(`${visit.base}/letters`, 'removed');
  const { [nameOf(typed.named)]: _before, ...texts } = visit.campaign.texts;
  const saved = await save(desk.parts, visit, { ...contentOf(visit.campaign), texts });
  if (saved.is !== 'saved') return letterPage(desk, visit, typed, { status: 409, saved });
  return visit.goTo(`${visit.base}/letters`, 'removed');
}

/** Mails what stands in the editor to whoever is signed in, and to nobody else. No tally knows of it. */
async function sendTest(desk: Desk, visit: CampaignVisit, typed: Typed, mayTest: (id: string) => boolean) {
  const { who, campaign } = visit;
  const letter = await arrival(desk.parts, campaign, typed);
  if (!mayTest(who.id)) {
    const problem = `You have sent yourself ${MOST_TESTS_AN_HOUR} test letters in this hour. Wait until the next hour.`;
    return letterPage(desk, visit, typed, { status: 429, problem });
  }
  const { subject, body, language } = letter;
  await oweMail(desk.parts, {
    template: 'test-letter',
    to: who.email,
    subject: `[Test] ${subject}`,
    text: body,
    language,
  });
  await note(desk.parts, who.id, campaign.slug, 'tested', nameOf(typed.named));
  return letterPage(desk, visit, typed, {
    done: 'The letter is on its way to your own address. Nothing is saved by that.',
  });
}

/** So many texts are measured on one page. */
const MEASURED = 100;

function list(visit: CampaignVisit) {
  const { texts, facts, recipients } = visit.campaign;
  const offices = new Map(recipients.map((office) => [office.id, office]));
  const letters = Object.keys(texts).flatMap((name) => {
    const named = readName(name);
    return named?.kind === 'letter' ? [{ ...named, name }] : [];
  });
  const ownOf = (language: string) => letters.filter((each) => each.language === language && each.office !== null);
  return visit.show('letters', {
    title: 'Letters',
    languages: facts.languages.map((language) => ({
      name: languageName(language),
      texts: KIND_LIST.map((kind) => {
        const name = nameOf({ language, office: null, kind });
        return { name, what: KINDS[kind], isThere: name in texts };
      }),
      own: ownOf(language).flatMap(({ name, office: id }) => {
        const office = offices.get(id ?? '');
        return office ? [{ name, office: officeName(office) }] : [];
      }),
    })),
    forms: LINK_FORMS.map((form) => LINK_NAMES[form]),
    spaces: facts.languages
      .flatMap((language) => [...letters.filter(({ name }) => name === language), ...ownOf(language)])
      .slice(0, MEASURED)
      .flatMap((each) => spacesOf(visit, each)),
  });
}

/** What each draft link still takes of a letter, measured at the office with the longest names. */
function spacesOf({ campaign }: CampaignVisit, { name, ...named }: TextName & { name: string }) {
  const measured = { content: contentOf(campaign), letters: campaign.letters };
  const office = longestOffice(measured, name, named.language);
  if (!office) return [];
  const cells = spaceInLinks(measured, office, named.language).map(({ form, whole, short }) => {
    const carries = whole >= 0 ? 'whole' : short !== null && short >= 0 ? 'short' : 'none';
    return { form: LINK_NAMES[form], carries, ...CELLS[carries](whole, short) };
  });
  return [
    {
      name,
      language: languageName(named.language),
      whom: named.office === null ? 'all offices' : officeName(office),
      measured: named.office === null ? officeName(office) : null,
      cells,
    },
  ];
}

/** What a link carries, and what it still takes or has too many of. */
const CELLS: Record<
  'whole' | 'short' | 'none',
  (whole: number, short: number | null) => { what: string; space: string }
> = {
  whole: (whole) => ({ what: 'whole', space: spaceInWords(whole) }),
  short: (_, short) => ({ what: 'short', space: spaceInWords(short ?? 0) }),
  none: (whole, short) => ({ what: short === null ? 'whole' : 'short', space: spaceInWords(short ?? whole) }),
};
