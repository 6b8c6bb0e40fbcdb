import { recount } from '../acts/recount.ts';
import { COUNTERS, type Counts, DEFINITIONS, dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import { bar } from './charts/bar.ts';
import { stages } from './charts/stages.ts';
import { figure } from './charts/svg.ts';
import { timeChart } from './charts/time.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { noticeLines } from './notice-lines.ts';
import { officeRows, SHOWN } from './office-rows.ts';
import { note } from './record.ts';

const NAMES: Record<(typeof COUNTERS)[number], string> = {
  prepared: 'drafts opened',
  said: 'said they sent it',
  pending: 'to be confirmed',
  confirmed: 'waiting to go',
  sent: 'sent',
  bounced: 'bounced',
  failed: 'given up',
  people: 'people',
};
/** They say how many there are now, and not how many came today. */
const NOW = new Set<string>(['pending', 'confirmed']);

/** So many differences are told; whoever runs the installation sees all of them (`npm run campaign -- recount`). */
const TOLD = 20;

/** The way from a draft or the form to the office. */
const WAY = ['prepared', 'said', 'pending', 'confirmed', 'sent'] as const;

/** `GET /desk/c/:slug`: how many, where they stand, and what needs a look. None of the numbers is a sum of others. */
export function overviewPage(desk: Desk): void {
  const { store, views, now } = desk.parts;
  const say = (key: string, values = {}) => views.say('en', key, values);

  desk.campaign('get', '', 'viewer', async (visit) => {
    const { slug, facts } = visit.campaign;
    const tally = await store.tally.sums(slug);
    const notices = await store.notices.ofCampaign(slug);
    const day = dayOf(now());
    const today = tally.byDay.find((each) => each.day === day);
    const days = tally.byDay.map(({ day, sent }) => ({ day, n: sent }));
    const chart = timeChart({
      ...{ language: 'en', label: 'Sent, by day', id: 'by-day', say },
      days: facts.opens <= day ? [{ day: facts.opens, n: 0 }, ...days] : days,
      today: facts.closes < day ? null : day,
    });
    const steps = WAY.map((counter) => ({ label: NAMES[counter], n: tally[counter] }));
    const way = stages({ language: 'en', label: 'The way of the letters', id: 'way', steps, say });
    const isAll = text(visit.query, 'all') === '1';
    const offices = officeRows(visit.campaign, tally.byRecipient, now(), isAll);
    return visit.show('overview', {
      title: 'Overview',
      scripts: ['live.ts'],
      counters: countersOf(tally, today ?? null),
      definitions: COUNTERS.map((counter) => ({ name: NAMES[counter], means: DEFINITIONS[counter] })),
      chart: figure(chart),
      days: tally.byDay.filter(({ sent }) => sent !== 0).map(({ day, sent }) => ({ day, sent: count(sent) })),
      way: figure(way),
      ...countryRows(tally.byCountry, isAll),
      sources: tally.bySource.map((row) => ({
        source: row.source,
        prepared: count(row.prepared),
        confirmed: count(row.confirmed),
        sent: count(row.sent),
      })),
      pace: facts.pacePerHour,
      ...offices,
      notices: noticeLines(notices, await store.holds.ofCampaign(slug), visit.campaign),
      isNoted: notices.length > 0,
    });
  });

  desk.campaign('post', '/recount', 'owner', async (visit) =>
    visit.jobs.begin(visit, 'recount', 1, async (step) => {
      const found = await recount(store, visit.campaign.slug, step);
      await note(desk.parts, visit.who.id, visit.campaign.slug, 'counted', found.length === 0 ? '' : `${found.length}`);
      const agree = 'What is counted and the letters that still live agree.';
      const words = found.length === 0 ? agree : `They do not agree: ${found.slice(0, TOLD).join('; ')}.`;
      return { words, href: visit.base };
    }),
  );

  desk.campaign('post', '/seen', 'editor', async (visit: CampaignVisit) => {
    await store.notices.dropAll(visit.campaign.slug);
    await note(desk.parts, visit.who.id, visit.campaign.slug, 'seen', '');
    return visit.goTo(visit.base, 'seen');
  });
}

const count = (n: number) => n.toLocaleString('en');

function countersOf(all: Counts, today: Counts | null) {
  return COUNTERS.map((counter) => ({
    counter,
    n: count(all[counter]),
    name: NAMES[counter],
    today: NOW.has(counter) ? null : count(today?.[counter] ?? 0),
  }));
}

/** Where letters came from, the most first; all countries, or the first ones. */
function countryRows(sums: readonly { country: string; sent: number; prepared: number }[], isAll: boolean) {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const most = Math.max(0, ...sums.map(({ sent }) => sent));
  const rows = sums.toSorted((a, b) => b.sent - a.sent || (a.country < b.country ? -1 : 1));
  const shown = isAll ? rows : rows.slice(0, SHOWN);
  return {
    countries: shown.map(({ country, sent, prepared }) => ({
      name: names.of(country) ?? country,
      bar: bar({ n: sent, most }),
      sent: count(sent),
      prepared: count(prepared),
    })),
    moreCountries: rows.length > shown.length ? count(rows.length - shown.length) : null,
  };
}
