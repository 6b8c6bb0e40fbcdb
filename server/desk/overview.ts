import { NOTICES } from '../domain/notices.ts';
import { throughBy, timezoneOf } from '../domain/pacing.ts';
import { addUp, COUNTERS } from '../domain/tally.ts';
import type { CampaignVisit, Desk } from './desk.ts';

const NAMES: Record<(typeof COUNTERS)[number], { name: string; means: string }> = {
  prepared: { name: 'drafts opened', means: 'Letters that were opened to be sent from people’s own mail.' },
  said: { name: 'said they sent it', means: 'Drafts of which the citizen says: I sent it.' },
  pending: { name: 'to be confirmed', means: 'Letters that now wait for the citizen to confirm them.' },
  confirmed: {
    name: 'waiting to go',
    means: 'Confirmed letters that no mail server has accepted yet, held ones among them.',
  },
  sent: {
    name: 'sent',
    means: 'Letters that the mail server which carries them accepted, and that have not come back.',
  },
  bounced: { name: 'bounced', means: 'Letters that came back afterwards.' },
  failed: { name: 'given up', means: 'Letters that could not be delivered.' },
  people: { name: 'people', means: 'Different persons who confirmed a letter.' },
};

/** `GET /desk/c/:slug`: how many, where they stand, and what needs a look. None of the numbers is a sum of others. */
export function overviewPage(desk: Desk): void {
  desk.campaign('get', '', 'viewer', async (visit) => {
    const { store } = desk.parts;
    const { slug } = visit.campaign;
    const tally = addUp(await store.tally.read(slug));
    const today = tally.byDay.find(({ day }) => day === new Date(desk.parts.now()).toISOString().slice(0, 10));
    const notices = await store.notices.ofCampaign(slug);
    const count = (n: number) => n.toLocaleString('en');
    return visit.show('overview', {
      title: 'Overview',
      counters: COUNTERS.map((counter) => ({ counter, n: count(tally[counter]), ...NAMES[counter] })),
      sentToday: count(today?.sent ?? 0),
      offices: officesOf(visit, tally.byRecipient, desk.parts.now()),
      notices: notices.map(({ kind, recipient, n }) => ({ recipient, n, text: NOTICES[kind] })),
    });
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
    .map((row) => ({ ...row, sent: row.sent.toLocaleString('en') }));
}
