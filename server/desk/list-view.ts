import type { Judged } from '../campaigns/intake/judge.ts';
import type { Gone, Opened, Show } from '../campaigns/intake/kept.ts';
import { SHOWS } from '../campaigns/intake/kept.ts';
import type { World } from '../domain/countries.ts';
import { text } from '../http/request.ts';
import { countryShown } from './countries.ts';
import type { CampaignVisit } from './desk.ts';
import { faulty } from './fields.ts';
import { columnName, type Reading, readingFields, remarkInWords } from './list-columns.ts';

const ON_A_PAGE = 200;
const NAMES: Record<Show, string> = {
  all: 'All rows',
  no: 'Cannot be taken',
  look: 'To be looked at',
  good: 'Good',
  new: 'New',
  changed: 'Changed',
  same: 'The same as now',
  gone: 'On the present list only',
};
const VERDICTS = { good: 'good', look: 'to be looked at', no: 'cannot be taken' };

/** What is wrong with a form about a list: fields of its columns, or why nothing was taken in. */
export type ListFaults = { fields?: Record<string, string>; take?: string; refused?: string[] };

/** A list that was brought, how it is read, and its verdicts. */
export type Looked = { id: string; columns: string; reading: Reading; opened: Opened };

/** Shows a list with its verdicts, a page of rows at a time. Only what is kept is read. */
export function showList(visit: CampaignVisit, world: World, { id, reading, opened }: Looked, faults: ListFaults = {}) {
  const { head } = opened;
  const { counts } = head;
  const show = SHOWS.find((each) => each === text(visit.query, 'show')) ?? 'all';
  const at = Math.max(1, Number.parseInt(text(visit.query, 'page') ?? '1', 10) || 1);
  const [from, to] = [(at - 1) * ON_A_PAGE, at * ON_A_PAGE];
  const fields = readingFields(reading, head.columns, visit.campaign.facts.languages, world, faults.fields);
  const wrong = faulty([...fields.columns, ...fields.inLanguages, ...fields.defaults]);
  const count = (n: number) => n.toLocaleString('en');
  const rows = (n: number) => (n === 1 ? '1 row' : `${count(n)} rows`);
  const lacksCountry = reading.mapping.country === null && !reading.defaults.country;
  return visit.show(
    'list',
    {
      title: 'A list that was brought',
      id,
      mark: head.mark,
      revision: visit.campaign.revision,
      doubts: head.doubts,
      ...fields,
      isOpen: wrong.length > 0 || lacksCountry,
      lacksCountry,
      shows: SHOWS.filter((each) => each === 'all' || counts[each] > 0).map((each) => ({
        show: each,
        name: NAMES[each],
        n: count(counts[each]),
        isHere: each === show,
      })),
      good: rows(counts.good),
      look: rows(counts.look),
      no: count(counts.no),
      gone: counts.gone === 1 ? 'the office' : `the ${count(counts.gone)} offices`,
      isOneGood: counts.good === 1,
      isOneGone: counts.gone === 1,
      hasLook: counts.look > 0,
      hasNo: counts.no > 0,
      hasGone: counts.gone > 0,
      isTakeable: counts.good + counts.look > 0,
      takeFault: faults.take ?? null,
      refused: faults.refused ?? null,
      rows: show === 'gone' ? opened.gone(from, to).map(goneRow) : opened.rows(show, from, to).map(listRow),
      isGone: show === 'gone',
      query: show === 'all' ? null : `show=${show}`,
      earlier: at > 1 ? at - 1 : null,
      later: to < counts[show] ? at + 1 : null,
      faults: wrong,
    },
    wrong.length > 0 ? 422 : faults.take || faults.refused ? 409 : 200,
  );
}

function goneRow({ country, ...gone }: Gone) {
  return { ...gone, country: countryShown(country) };
}

function listRow({ line, verdict, known, changes, shown, remarks }: Judged) {
  return {
    line,
    verdict,
    words: VERDICTS[verdict],
    standing:
      verdict === 'no' ? '' : known === null ? 'new' : changes.length > 0 ? `changes ${known}` : `the same as ${known}`,
    office: shown.office,
    name: shown.name,
    country: countryShown(shown.country),
    email: shown.email,
    remarks: remarks.map(({ text: words }) => remarkInWords(words)),
    changes: changes.map(({ field, before, after }) => ({
      field: columnName(field),
      before: before || '(empty)',
      after: after || '(empty)',
    })),
    hasMore: remarks.length + changes.length > 0,
  };
}
