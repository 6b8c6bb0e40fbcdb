import { FIELDS, type Field } from '../campaigns/intake/column-names.ts';
import type { Mapping } from '../campaigns/intake/columns.ts';
import { type Judged, judge } from '../campaigns/intake/judge.ts';
import { type List, readList } from '../campaigns/intake/list.ts';
import { type CampaignContent, Recipient } from '../domain/campaign.ts';
import { Refusal } from '../domain/errors.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { field } from './fields.ts';
import { contentOf, type Saved, save } from './save.ts';

const ON_A_PAGE = 200;
const LABELS: Record<Field, string> = {
  country: 'Country',
  name: 'Name',
  office: 'Office',
  salutation: 'Salutation',
  language: 'Language',
  email: 'Email address',
  contactForm: 'Web form',
  source: 'Where it was found',
  checkedOn: 'When it was looked at',
  timezone: 'Time zone',
  id: 'Short name',
};

/** `/desk/c/:slug/recipients/lists/:id`: a list that was brought, its columns, a verdict for each row; then it is taken in, or not. */
export function listsPages(desk: Desk): void {
  const { parts } = desk;
  const path = '/recipients/lists/:id';

  desk.campaign('get', path, 'editor', async (visit) => look(visit, await broughtBy(desk, visit)));

  desk.campaign('post', path, 'editor', async (visit) => {
    const brought = await broughtBy(desk, visit);
    if (text(visit.form, 'act') !== 'take') {
      await parts.store.intakes.setColumns(brought.id, JSON.stringify(mappingOf(visit.form, brought.list)));
      return visit.goTo(`${visit.base}/recipients/lists/${brought.id}`);
    }
    const recipients = taken(visit.campaign, brought.rows, visit.form);
    const saved = await save(parts, visit, { ...contentOf(visit.campaign), recipients }, 'imported');
    if (saved.is !== 'saved') return look(visit, brought, saved);
    await parts.store.intakes.remove(brought.id);
    return visit.goTo(`${visit.base}/recipients`, 'imported');
  });
}

type Brought = { id: string; list: List; mapping: Mapping; rows: Judged[] };

/** @throws Refusal where the list is gone: it was taken in, or lay for two days */
async function broughtBy({ parts }: Desk, { campaign, params }: CampaignVisit): Promise<Brought> {
  const row = await parts.store.intakes.find(campaign.slug, params.id ?? '');
  if (!row) throw new Refusal('not-found');
  const list = readList(row.content);
  const mapping = JSON.parse(row.columns) as Mapping;
  const { languages, demonstration } = campaign.facts;
  const rows = judge(list, mapping, {
    world: parts.world,
    today: dayOf(parts.now()),
    demonstration,
    languages,
    defaults: { language: languages[0] ?? 'en' },
  });
  return { id: row.id, list, mapping, rows };
}

function mappingOf(form: unknown, { header }: List): Mapping {
  const column = (name: Field) => {
    const chosen = Number.parseInt(text(form, `column.${name}`) ?? '', 10);
    return chosen >= 0 && chosen < header.length ? chosen : null;
  };
  return Object.fromEntries(FIELDS.map((name) => [name, column(name)])) as Mapping;
}

/** The campaign's recipients with what is taken in: instead of all, or beside those that are there; the same office is renewed. */
function taken({ recipients }: CampaignContent, rows: readonly Judged[], form: unknown): Recipient[] {
  const withDoubts = text(form, 'doubtful') === 'yes';
  const chosen = rows.flatMap(({ recipient, verdict }) =>
    recipient && (verdict === 'good' || (withDoubts && verdict === 'look')) ? [Recipient.parse(recipient)] : [],
  );
  if (text(form, 'how') === 'instead') return chosen;
  const fresh = new Map(chosen.map((each) => [each.id, each]));
  const renewed = recipients.map((each) => fresh.get(each.id) ?? each);
  const known = new Set(recipients.map(({ id }) => id));
  return [...renewed, ...chosen.filter(({ id }) => !known.has(id))];
}

function look(visit: CampaignVisit, { id, list, mapping, rows }: Brought, saved: Saved | null = null) {
  const at = Math.max(1, Number.parseInt(text(visit.query, 'page') ?? '1', 10) || 1);
  const counts = { good: 0, look: 0, no: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  const columns: [string, string][] = [
    ['', 'no column'],
    ...list.header.map((name, i): [string, string] => [String(i), name || `column ${i + 1}`]),
  ];
  // What needs a look stands first.
  const rank = { no: 0, look: 1, good: 2 };
  const sorted = rows.toSorted((a, b) => rank[a.verdict] - rank[b.verdict] || a.line - b.line);
  return visit.show(
    'list',
    {
      title: 'A list that was brought',
      id,
      revision: visit.campaign.revision,
      doubts: list.doubts,
      counts: Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, n.toLocaleString('en')])),
      isTakeable: counts.good + counts.look > 0,
      refused: saved?.is === 'refused' ? saved.faults : null,
      conflict: saved?.is === 'conflict',
      columns: FIELDS.map((name) =>
        field(`column.${name}`, LABELS[name], {
          options: columns,
          value: mapping[name] === null ? '' : String(mapping[name]),
        }),
      ),
      rows: sorted.slice((at - 1) * ON_A_PAGE, at * ON_A_PAGE).map(({ line, recipient, verdict, remarks }) => ({
        line,
        verdict,
        words: VERDICTS[verdict],
        office: recipient?.office ?? '–',
        name: recipient?.name ?? '–',
        country: recipient?.country ?? '–',
        email: recipient?.email ?? '–',
        remarks: remarks.map(({ text: words }) => words),
      })),
      earlier: at > 1 ? at - 1 : null,
      later: at * ON_A_PAGE < rows.length ? at + 1 : null,
    },
    saved ? 409 : 200,
  );
}

const VERDICTS = { good: 'good', look: 'to be looked at', no: 'cannot be taken' };
