import { setImmediate as turn } from 'node:timers/promises';
import { judge } from '../campaigns/intake/judge.ts';
import { keepVerdicts, type Opened, openVerdicts } from '../campaigns/intake/kept.ts';
import { readList } from '../campaigns/intake/list.ts';
import { MAX_ROWS } from '../campaigns/limits.ts';
import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import { Refusal } from '../domain/errors.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { type Reading, readingOf } from './list-columns.ts';
import { type Looked, showList } from './list-view.ts';
import { contentOf, save } from './save.ts';

/** `/desk/c/:slug/recipients/lists/:id`: a list that was brought, its columns, a verdict for each row; then it is taken in, or not. */
export function listsPages(desk: Desk): void {
  const { parts } = desk;
  const { world } = parts;
  const path = '/recipients/lists/:id';
  /** Lists that are being looked at: nobody looks twice. */
  const looking = new Map<string, Looking>();

  desk.campaign('get', path, 'editor', async (visit) => {
    const { brought } = await broughtBy(desk, visit);
    if (isCurrent(visit, brought)) return showList(visit, world, brought);
    const { next, done } = looking.get(brought.id) ?? look(desk, visit, brought, looking);
    if (brought.size <= SMALL) await done;
    const { brought: looked } = await broughtBy(desk, visit);
    return isCurrent(visit, looked) ? showList(visit, world, looked) : visit.goTo(await next);
  });

  desk.campaign('post', path, 'editor', async (visit) => {
    const { here, brought } = await broughtBy(desk, visit);
    const act = text(visit.form, 'act');
    if (act === 'leave') {
      await parts.store.intakes.remove(brought.id);
      return visit.goTo(`${visit.base}/recipients`, 'left');
    }
    if (!isCurrent(visit, brought)) return visit.goTo(here, 'anew');
    if (act !== 'take') return choose(desk, visit, here, brought);
    if (text(visit.form, 'mark') !== brought.opened.head.mark) return visit.goTo(here, 'anew');
    return take(desk, visit, here, brought);
  });
}

/** A list of so many bytes is waited for, even where the machine has much to do; others show how far they are. */
const SMALL = 256 * 1024;
/** `next`: the page to go on to, known after a moment; `done`: when it is over. */
type Looking = { next: Promise<string>; done: Promise<unknown> };
type Brought = Omit<Looked, 'opened'> & { opened: Opened | null; size: number };

/** @throws Refusal where the list is gone: it was taken in, or lay for two days */
async function broughtBy({ parts }: Desk, { campaign, params, base }: CampaignVisit) {
  const row = await parts.store.intakes.look(campaign.slug, params.id ?? '');
  if (!row) throw new Refusal('not-found');
  const { id, columns, judged, size } = row;
  const opened = judged && openVerdicts(judged);
  const brought: Brought = { id, columns, reading: JSON.parse(columns) as Reading, opened, size };
  return { here: `${base}/recipients/lists/${id}`, brought };
}

/** Whether it was compared with the offices that are on the campaign's list now. */
function isCurrent({ campaign }: CampaignVisit, brought: Brought): brought is Brought & Looked {
  return brought.opened?.head.revision === campaign.revision;
}

/** Judges the list's rows as a job, once, and keeps the verdicts. */
function look(
  { parts }: Desk,
  visit: CampaignVisit,
  { id, columns, reading }: Brought,
  looking: Map<string, Looking>,
): Looking {
  const { slug, facts, recipients, revision } = visit.campaign;
  const { languages, demonstration } = facts;
  const { world, store } = parts;
  const eyes = { world, languages, demonstration, today: dayOf(parts.now()), defaults: reading.defaults };
  const over = Promise.withResolvers<void>();
  const end = () => {
    looking.delete(id);
    over.resolve();
  };
  const next = visit.jobs.start(visit, 'look', 1, async (step) => {
    try {
      const content = await store.intakes.content(slug, id);
      if (!content) throw new Refusal('not-found');
      const list = await readList(content);
      const verdicts = await judge(list, reading.mapping, eyes, recipients, step);
      await store.intakes.setJudged(id, columns, await keepVerdicts(list, verdicts, revision, () => step(1)));
      return { words: '', href: `${visit.base}/recipients/lists/${id}` };
    } finally {
      end();
    }
  });
  next.catch(end);
  const going = { next, done: over.promise };
  looking.set(id, going);
  return going;
}

/** Other columns were chosen: the rows are looked at once more. */
async function choose({ parts }: Desk, visit: CampaignVisit, here: string, brought: Looked) {
  const { reading, faults } = readingOf(visit.form, brought.opened.head.columns.length, brought.reading);
  if (Object.keys(faults).length > 0) return showList(visit, parts.world, { ...brought, reading }, { fields: faults });
  await parts.store.intakes.setColumns(brought.id, JSON.stringify(reading));
  return visit.goTo(here);
}

/** Takes in what was shown, all of it or nothing. */
async function take({ parts }: Desk, visit: CampaignVisit, here: string, brought: Looked) {
  const recipients = await taken(visit.campaign, brought.opened, visit.form);
  if (recipients === null)
    return showList(visit, parts.world, brought, {
      take: 'There is no good row to take in. Tick the box to take in those that are to be looked at.',
    });
  if (recipients.length > MAX_ROWS)
    return showList(visit, parts.world, brought, {
      take: `The list would have ${recipients.length.toLocaleString('en')} offices; a campaign holds at most ${MAX_ROWS.toLocaleString('en')}.`,
    });
  const saved = await save(parts, visit, { ...contentOf(visit.campaign), recipients }, 'imported');
  if (saved.is === 'conflict') return visit.goTo(here, 'anew');
  if (saved.is === 'refused') return showList(visit, parts.world, brought, { refused: saved.faults });
  await parts.store.intakes.remove(brought.id);
  return visit.goTo(`${visit.base}/recipients`, 'imported');
}

const A_SLICE = 250;

/**
 * The campaign's offices with what is taken in; null where nothing is. An office that a row is about is renewed in its
 * place; instead of all means that offices go which the list does not name: those whose rows are not taken in stay.
 */
async function taken({ recipients }: CampaignContent, opened: Opened, form: unknown): Promise<Recipient[] | null> {
  const withDoubts = text(form, 'doubtful') === 'yes';
  const renewed = new Map<string, Recipient>();
  const added: Recipient[] = [];
  const total = opened.head.counts.all;
  for (let from = 0; from < total; from += A_SLICE) {
    for (const { recipient, verdict, known } of opened.rows('all', from, from + A_SLICE)) {
      if (!recipient || !(verdict === 'good' || (withDoubts && verdict === 'look'))) continue;
      if (known === null) added.push(recipient);
      else renewed.set(known, recipient);
    }
    await turn();
  }
  if (renewed.size + added.length === 0) return null;
  const gone = new Set(
    text(form, 'how') === 'instead' ? opened.gone(0, total + recipients.length).map(({ id }) => id) : [],
  );
  const kept = recipients.filter(({ id }) => !gone.has(id)).map((each) => renewed.get(each.id) ?? each);
  return [...kept, ...added];
}
