import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import { LETTER_VARIABLES } from '../domain/letter.ts';
import { text } from '../http/request.ts';
import { NOBODY, type Typed } from './arrival.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { faulty, field } from './fields.ts';
import { theirs } from './form.ts';
import { languageName } from './languages.ts';
import { isPossible, KIND_LIST, KINDS, nameOf, officeName, type TextName, titleOfText } from './letter-name.ts';
import { type Preview, previewOf } from './letter-preview.ts';
import type { Saved } from './save.ts';

/** So many offices are offered to choose from. */
const OFFICES = 500;

/** What a form or an address says beside the text: for whom it is shown, in which wording, and which text stands beside it. */
export function asked({ form, query }: CampaignVisit, name: string): string {
  return text(form, name) ?? text(query, name) ?? '';
}

/** The text as it is typed, with the office that it is shown for: the one asked for, or the first that reads it. */
export function typedText(visit: CampaignVisit, named: TextName, typed: string): Typed {
  const { recipients, texts } = visit.campaign;
  const { language, office, kind } = named;
  const wanted = office ?? asked(visit, 'recipient');
  const reads = (each: Recipient) => each.languages.includes(language);
  const gets = (each: Recipient) => each.email !== undefined && !(`${language}.${each.id}` in texts);
  const recipient =
    recipients.find(({ id }) => id === wanted) ??
    recipients.find((each) => reads(each) && gets(each)) ??
    recipients.find(reads) ??
    recipients[0] ??
    NOBODY;
  const wording = Number.parseInt(asked(visit, 'wording'), 10);
  return { named, text: typed, recipient, wording: wording >= 0 ? Math.min(wording, 99) : kind === 'variants' ? 1 : 0 };
}

/** How the page is answered: its status, what came of a save, and what is said or could not be done. */
type Answered = { status?: number; saved?: Saved | null; done?: string; problem?: string };

/** The editor of one text, with what becomes of it beside. */
export async function letterPage(desk: Desk, visit: CampaignVisit, typed: Typed, answered: Answered = {}) {
  const { campaign } = visit;
  const { named } = typed;
  const name = nameOf(named);
  const { saved = null, status = 200, problem = null, done } = answered;
  const preview = await previewOf(desk.parts, campaign, typed, status === 422);
  const editor = editorOf(visit, typed, preview, saved);
  const beside = besideOf(visit, named);
  return visit.show(
    'letter',
    {
      title: titleOfText(named, campaign),
      ...(done && { done }),
      name,
      revision: campaign.revision,
      isThere: name in campaign.texts,
      isUnsaved: typed.text !== (campaign.texts[name] ?? ''),
      isPossible: isPossible(named, campaign),
      conflict: saved?.is === 'conflict',
      refused: saved?.is === 'refused' ? saved.faults : null,
      problem,
      editor,
      faults: status === 422 ? faulty([editor]) : [],
      fields: fieldsOf(visit, typed, preview),
      beside: beside.name,
      original: beside.original,
      switches: switchesOf(visit, typed, beside.name),
      beginnings: typed.text === '' ? beginnings(visit, named) : [],
      alone: aloneOf(visit, typed),
      preview,
      scripts: ['preview.ts'],
    },
    status,
  );
}

/** What stands beside the editor and nothing else: for the script that renews it while somebody types. */
export async function letterFragment(desk: Desk, visit: CampaignVisit, typed: Typed) {
  const preview = await previewOf(desk.parts, visit.campaign, typed);
  return visit.show('letter-preview', { title: '', preview });
}

const HINTS = {
  letter: `These are filled in: ${LETTER_VARIABLES.map((variable) => `{{${variable}}}`).join(' ')}`,
  short: 'For draft links that cannot carry the whole letter. The same names are filled in as in the letter.',
  variants:
    'Copy the subject or a paragraph from the letter. Below it a line ---, and another wording. A line === comes before the next paragraph.',
};

function editorOf(
  { campaign }: CampaignVisit,
  { named, text: typed }: Typed,
  { faults }: Preview,
  saved: Saved | null,
) {
  const [first, ...others] = faults;
  const more = others.length === 0 ? '' : ` And ${others.length} more, told beside.`;
  const label =
    named.kind === 'variants' ? 'Other wordings' : 'Subject on the first line, an empty line, then the letter';
  return field('text', label, {
    ...{ rows: 24, value: typed, textLanguage: named.language, hint: HINTS[named.kind] },
    fault: first && `${first.line === null ? '' : `Line ${first.line}: `}${first.text}${more}`,
    theirs: theirs(saved, campaign.texts[nameOf(named)], typed),
  });
}

/** Whose letter is shown, and in which of its wordings. */
function fieldsOf(
  { campaign: { recipients } }: CampaignVisit,
  { named, recipient, wording }: Typed,
  { arrival }: Preview,
) {
  const some = recipients.slice(0, OFFICES);
  const all = recipient !== NOBODY && !some.includes(recipient) ? [recipient, ...some] : some;
  const offices = all.map((each): [string, string] => [each.id, officeName(each)]);
  const wordings = arrival?.wordings ?? 0;
  const numbers = Array.from({ length: wordings }, (_, i): [string, string] => [`${i + 1}`, `Wording ${i + 1}`]);
  return [
    ...(recipient !== NOBODY && named.office === null
      ? [field('recipient', 'As it arrives at', { options: offices, value: recipient.id })]
      : []),
    ...(wordings > 0
      ? [
          field('wording', 'In the wording', {
            options: [['0', 'The letter’s own'], ...numbers],
            value: wording === 0 ? '0' : String(((wording - 1) % wordings) + 1),
          }),
        ]
      : []),
  ];
}

/** What may stand beside the editor: the letter that a short rendition or variants belong to, and other languages' texts. */
function besides({ facts, texts }: CampaignContent, named: TextName): Map<string, TextName> {
  const own: [string, TextName][] = named.kind === 'letter' ? [] : [['letter', { ...named, kind: 'letter' }]];
  const others = facts.languages
    .filter((language) => language !== named.language)
    .map((language): [string, TextName] => [language, { ...named, language }]);
  return new Map([...own, ...others].filter(([, each]) => nameOf(each) in texts));
}

/** The text beside the editor: the one asked for, or else its letter, or the first language's beside a translation. */
function besideOf(visit: CampaignVisit, named: TextName): { name: string; original: object | null } {
  const { facts, texts } = visit.campaign;
  const all = besides(visit.campaign, named);
  const usual = named.kind === 'letter' ? (facts.languages[0] ?? '') : 'letter';
  const wanted = asked(visit, 'beside') || usual;
  const beside = all.get(wanted);
  if (!beside) return { name: 'none', original: null };
  const title = titleOfText(beside, visit.campaign);
  return { name: wanted, original: { language: beside.language, title, text: texts[nameOf(beside)] } };
}

/** Ways to the same text in other languages, to the other kinds of it, and what may stand beside. */
function switchesOf({ campaign, base }: CampaignVisit, { named, recipient }: Typed, beside: string) {
  const { facts, texts } = campaign;
  const link = (to: TextName, name: string, next: string, isHere: boolean) => {
    const query = new URLSearchParams({ recipient: recipient.id, ...(next && { beside: next }) });
    return { name, href: `${base}/letters/${nameOf(to)}?${query}`, isHere, isThere: nameOf(to) in texts };
  };
  const languages = facts.languages.map((language) =>
    link({ ...named, language }, languageName(language), '', language === named.language),
  );
  const kinds = KIND_LIST.map((kind) => link({ ...named, kind }, KINDS[kind], '', kind === named.kind));
  const names = ['none', ...besides(campaign, named).keys()];
  const says = (each: string) => (each === 'none' ? 'nothing' : each === 'letter' ? KINDS.letter : languageName(each));
  const near = names.map((each) => ({ ...link(named, says(each), each, each === beside), isThere: true }));
  return [
    { label: 'Language', links: languages },
    { label: 'Text', links: kinds },
    { label: 'Beside it', links: near },
  ].filter(({ links }) => links.length > 1);
}

/** What a text that is not written yet may begin from; nothing of it is saved. */
function beginnings({ campaign: { facts, texts }, base }: CampaignVisit, named: TextName) {
  const other = facts.languages.find((language) => nameOf({ ...named, language }) in texts);
  const from: [TextName, string][] = [
    ...(named.office !== null ? [[{ ...named, office: null }, 'the one for all offices'] as [TextName, string]] : []),
    ...(named.kind === 'short' ? [[{ ...named, kind: 'letter' }, 'the whole letter'] as [TextName, string]] : []),
    ...(other ? [[{ ...named, language: other }, `the ${languageName(other)} one`] as [TextName, string]] : []),
  ];
  // Variants hold sentences of their own letter, and would fit no other.
  if (named.kind === 'variants') return [];
  return from
    .filter(([each]) => nameOf(each) in texts)
    .map(([each, name]) => ({ name, href: `${base}/letters/${nameOf(named)}?from=${nameOf(each)}` }));
}

/** The way to a letter for the shown office alone. */
function aloneOf({ campaign: { texts }, base }: CampaignVisit, { named, recipient }: Typed) {
  if (named.office !== null || recipient === NOBODY || named.kind !== 'letter') return null;
  const own: TextName = { ...named, office: recipient.id };
  return { href: `${base}/letters/${nameOf(own)}`, office: officeName(recipient), isThere: nameOf(own) in texts };
}

/** What the editor holds when it is opened: the text, or while there is none the one it shall begin from. */
export function openedText(visit: CampaignVisit, name: string): string {
  const { texts } = visit.campaign;
  const from = text(visit.query, 'from') ?? '';
  if (Object.hasOwn(texts, name)) return texts[name] ?? '';
  // It cannot be read as it stands: here it is mended.
  if (Object.hasOwn(visit.campaign.unread, name)) return visit.campaign.unread[name] ?? '';
  return Object.hasOwn(texts, from) ? (texts[from] ?? '') : '';
}
