import { standingOf } from '../acts/standing.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { bar } from './charts/bar.ts';

/** So many offices, or countries, are shown before one asks for all. */
export const SHOWN = 20;

/** The offices of a campaign and how their letters stand, the busiest first; all of them, or the first ones. */
export function officeRows(
  campaign: LiveCampaign,
  sums: readonly { recipient: string; sent: number; bounced: number }[],
  now: number,
  isAll: boolean,
) {
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const counted = new Map(sums.map((row) => [row.recipient, row]));
  const rows = campaign.recipients
    .map(({ id, office, country }) => {
      const queue = campaign.queues.get(id);
      const standing = queue && standingOf(campaign, queue, now);
      const { sent = 0, bounced = 0 } = counted.get(id) ?? {};
      return { id, office, country, sent, bounced, waiting: standing?.waiting ?? 0, standing };
    })
    .sort((a, b) => b.sent + b.waiting - (a.sent + a.waiting));
  const most = Math.max(0, ...rows.map(({ sent }) => sent));
  const shown = isAll ? rows : rows.slice(0, SHOWN);
  return {
    offices: shown.map(({ sent, bounced, waiting, standing, ...office }) => ({
      ...office,
      bar: bar({ n: sent, most }),
      sent: sent.toLocaleString('en'),
      bounced: bounced.toLocaleString('en'),
      waiting: waiting.toLocaleString('en'),
      through: standing?.through ? moment.format(standing.through) : '–',
      state: standing?.refusing ? 'refusing' : waiting > 0 ? 'flowing' : 'quiet',
    })),
    moreOffices: rows.length > shown.length ? (rows.length - shown.length).toLocaleString('en') : null,
  };
}
