import { NOTICES } from '../domain/notices.ts';
import { throughBy, timezoneOf } from '../domain/pacing.ts';
import { COUNTERS, DEFINITIONS, dayOf } from '../domain/tally.ts';
import { bar } from './charts/bar.ts';
import { stages } from './charts/stages.ts';
import { figure } from './charts/svg.ts';
import { timeChart } from './charts/time.ts';
import type { CampaignVisit, Desk } from './desk.ts';
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

/** The way from a draft or the form to the office. */
const WAY = ['prepared', 'said', 'pending', 'confirmed', 'sent'] as const;

/** `GET /desk/c/:slug`: how many, where they stand, and what needs a look. None of the numbers is a sum of others. */
export function overviewPage(desk: Desk): void {
  desk.campaign('get', '', 'viewer', async (visit) => {
    const { store, views, now } = desk.parts;
    const say = (key: string, values = {}) => views.say('en', key, values);
    const { slug } = visit.campaign;
    const tally = await store.tally.sums(slug);
    const day = dayOf(now());
    const today = tally.byDay.find((each) => each.day === day);
    const { opens, closes } = visit.campaign.facts;
    const days = tally.byDay.map(({ day, sent }) => ({ day, n: sent }));
    const chart = timeChart({
      ...{ language: 'en', label: 'Sent, by day', id: 'by-day', say },
      days: opens <= day ? [{ day: opens, n: 0 }, ...days] : days,
      today: closes < day ? null : day,
    });
    const steps = WAY.map((counter) => ({ label: NAMES[counter], n: tally[counter] }));
    const way = stages({ language: 'en', label: 'The way of the letters', id: 'way', steps, say });
    const notices = await store.notices.ofCampaign(slug);
    const count = (n: number) => n.toLocaleString('en');
    return visit.show('overview', {
      title: 'Overview',
      counters: COUNTERS.map((counter) => ({
        counter,
        n: count(tally[counter]),
        name: NAMES[counter],
        means: DEFINITIONS[counter],
      })),
      chart: figure(chart),
      summary: chart.summary,
      days: tally.byDay.filter(({ sent }) => sent !== 0).map(({ day, sent }) => ({ day, sent: count(sent) })),
      way: figure(way),
      countries: countriesOf(tally.byCountry),
      sources: tally.bySource.map((row) => ({
        source: row.source || 'none',
        sent: count(row.sent),
        confirmed: count(row.confirmed),
      })),
      sentToday: count(today?.sent ?? 0),
      offices: officesOf(visit, tally.byRecipient, now()),
      notices: notices.map(({ kind, recipient, n }) => ({ recipient, n, text: NOTICES[kind] })),
    });
  });

  desk.campaign('post', '/seen', 'editor', async (visit) => {
    await desk.parts.store.notices.dropAll(visit.campaign.slug);
    await note(desk.parts, visit.who.id, visit.campaign.slug, 'seen', '');
    return visit.goTo(visit.base, 'seen');
  });
}

function officesOf({ campaign }: CampaignVisit, rows: readonly { recipient: string; sent: number }[], now: number) {
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const sentBy = new Map(rows.map(({ recipient, sent }) => [recipient, sent]));
  return campaign.recipients
    .map((recipient) => {
      const queue = campaign.queues.get(recipient.id);
      const waiting = queue ? queue.arrived - queue.gone : 0;
      const from = Math.max(now, queue?.paceAt ?? 0);
      const through = throughBy(from, waiting, campaign.facts.pacePerHour, timezoneOf(recipient));
      const isRefusing = (queue?.refusingSince ?? null) !== null;
      return {
        office: recipient.office,
        country: recipient.country,
        sent: sentBy.get(recipient.id) ?? 0,
        waiting: waiting.toLocaleString('en'),
        through: through === null ? '–' : moment.format(through),
        state: isRefusing ? 'refusing' : waiting > 0 ? 'flowing' : 'quiet',
      };
    })
    .sort((a, b) => b.sent - a.sent)
    .map((row, _, all) => ({
      ...row,
      bar: bar({ n: row.sent, most: all[0]?.sent ?? 0 }),
      sent: row.sent.toLocaleString('en'),
    }));
}

function countriesOf(rows: readonly { country: string; sent: number; prepared: number }[]) {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const most = Math.max(0, ...rows.map(({ sent }) => sent));
  return rows
    .toSorted((a, b) => b.sent - a.sent || (a.country < b.country ? -1 : 1))
    .map(({ country, sent, prepared }) => ({
      name: names.of(country) ?? country,
      bar: bar({ n: sent, most }),
      sent: sent.toLocaleString('en'),
      prepared: prepared.toLocaleString('en'),
    }));
}
