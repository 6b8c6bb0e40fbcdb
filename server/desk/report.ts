import type { LiveCampaign } from '../campaigns/register.ts';
import { inLanguage } from '../domain/campaign.ts';
import { countryName } from '../domain/countries.ts';
import { Refusal } from '../domain/errors.ts';
import { isMonth, type Month, monthAfter, monthOf, monthsBack } from '../domain/months.ts';
import { type Pair, type Report, reportOf } from '../domain/report.ts';
import { DEFINITIONS, dayOf, type PublicCount, STEP } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import { bar } from './charts/bar.ts';
import { figure } from './charts/svg.ts';
import { timeChart } from './charts/time.ts';
import type { Desk } from './desk.ts';

/** `GET /desk/c/:slug/data/report?month=2026-11`: a month of a campaign, for handing on and to be printed. */
export function reportPage({ parts, campaign: page }: Desk): void {
  page('get', '/data/report', 'viewer', async (visit) => {
    const { campaign } = visit;
    const today = dayOf(parts.now());
    const months = monthsOf(campaign, today);
    const month = text(visit.query, 'month') ?? monthOf(today);
    if (!isMonth(month) || !months.includes(month)) throw new Refusal('not-found');
    const sums = await parts.store.tally.months(campaign.slug, monthAfter(month, -1), month);
    const report = reportOf(month, sums, await parts.store.tally.sums(campaign.slug, 'all'), today);
    const isNow = month === monthOf(today);
    const chart = timeChart({
      ...{ language: 'en', label: 'Sent, by day', id: 'by-day', days: report.byDay, today: isNow ? today : null },
      say: (key, values = {}) => parts.views.say('en', key, values),
    });
    const link = (each: Month) => ({ month: each, name: nameOf(each), isHere: each === month });
    const beside = (n: number) => months.find((each) => each === monthAfter(month, n)) ?? null;
    return visit.show('report', {
      title: `Report, ${nameOf(month)}`,
      name: nameOf(month),
      before: nameOf(monthAfter(month, -1)),
      earlier: beside(-1),
      later: beside(1),
      months: months.map(link),
      step: STEP,
      until: isNow ? day.format(parts.now()) : null,
      made: day.format(parts.now()),
      asked: askedIn(campaign, parts.publicUrl()),
      counters: countersOf(report),
      // Without a day that may be told, a picture would say that nobody wrote.
      chart: report.byDay.some(({ n }) => n > 0) ? figure(chart) : null,
      ...officesOf(campaign, report),
      countries: countriesOf(report),
    });
  });
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });
const dayName = (each: string) => day.format(Date.parse(`${each}T00:00:00Z`));
const nameOf = (month: Month): string =>
  new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${month}-01T00:00:00Z`),
  );

/** The months that have a report: since the campaign opened, the present one first. */
function monthsOf({ facts }: LiveCampaign, today: string): Month[] {
  const opened = monthOf(facts.opens < today ? facts.opens : today);
  return monthsBack(opened, monthOf(today));
}

function askedIn(campaign: LiveCampaign, site: string) {
  const { facts, slug, recipients } = campaign;
  return {
    summary: inLanguage(facts.summary, facts.languages[0] ?? '', facts),
    organiser: facts.organiser.name,
    address: `${site}/c/${slug}`,
    opens: dayName(facts.opens),
    closes: dayName(facts.closes),
    actBefore: facts.actBefore ? dayName(facts.actBefore) : null,
    goal: facts.goal ? facts.goal.toLocaleString('en') : null,
    offices: recipients.length.toLocaleString('en'),
  };
}

const NAMES: Record<keyof typeof DEFINITIONS, string> = {
  prepared: 'Drafts opened',
  said: 'Said they sent it',
  pending: 'To be confirmed',
  confirmed: 'Waiting to go',
  sent: 'Sent',
  bounced: 'Came back',
  failed: 'Given up',
  people: 'People',
};

/** A number as readers see it: nobody can tell none from a few. */
const seen = (n: PublicCount): string => (n === null ? `under ${STEP}` : n.toLocaleString('en'));
const pair = ({ now, before }: Pair) => ({ now: seen(now), before: seen(before) });

function countersOf({ counters }: Report) {
  return counters.map(({ counter, now, before, ever, isPresent }) => ({
    name: NAMES[counter],
    means: DEFINITIONS[counter],
    now: isPresent ? '–' : seen(now),
    before: isPresent ? '–' : seen(before),
    ever: seen(ever),
  }));
}

/** Offices that have something to show or refuse letters; how many others there are. */
function officesOf({ recipients, queues }: LiveCampaign, { byRecipient }: Report) {
  const none = { now: null, before: null };
  const figures = new Map(byRecipient.map((row) => [row.recipient, row]));
  const most = byRecipient[0]?.sent.now ?? 0;
  const shown = recipients
    .map(({ id, office, country }) => ({
      office,
      country: countryName(country, 'en'),
      figures: figures.get(id),
      isRefusing: (queues.get(id)?.refusingSince ?? null) !== null,
    }))
    .filter(({ figures, isRefusing }) => figures || isRefusing)
    .sort((a, b) => (b.figures?.sent.now ?? 0) - (a.figures?.sent.now ?? 0));
  return {
    offices: shown.map(({ figures, ...row }) => ({
      ...row,
      bar: bar({ n: figures?.sent.now ?? 0, most }),
      sent: pair(figures?.sent ?? none),
      bounced: pair(figures?.bounced ?? none),
    })),
    others: (recipients.length - shown.length).toLocaleString('en'),
    hasOthers: recipients.length > shown.length,
  };
}

function countriesOf({ byCountry }: Report) {
  const most = byCountry[0]?.sent.now ?? 0;
  return byCountry.map(({ country, sent, prepared }) => ({
    name: countryName(country, 'en'),
    bar: bar({ n: sent.now ?? 0, most }),
    sent: pair(sent),
    prepared: pair(prepared),
  }));
}
