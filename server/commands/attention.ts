import type { Campaign } from '../domain/campaign.ts';
import { NOTICES } from '../domain/notices.ts';
import { throughBy, timezoneOf } from '../domain/pacing.ts';
import type { Queue } from '../store/queues.ts';
import type { Bench } from './command.ts';

/** How letters to an office stand: how many wait, until when about (null: at once), and whether it keeps refusing. */
type OfficeStanding = {
  recipient: string;
  waiting: number;
  throughBy: string | null;
  refusing: boolean;
};
/** What a campaigner should look at: how often it happened, when last, and what it means. */
type Attention = { kind: string; recipient: string; n: number; lastAt: string; text: string };

/** Every office that letters have been confirmed for. */
export async function officeStandings({ store, now }: Bench, campaign: Campaign): Promise<OfficeStanding[]> {
  const queues = await store.queues.ofCampaign(campaign.slug);
  return queues
    .map((queue) => ({
      recipient: queue.recipient,
      waiting: queue.arrived - queue.gone,
      throughBy: through(campaign, queue, now),
      refusing: queue.refusingSince !== null,
    }))
    .sort((a, b) => b.waiting - a.waiting || (a.recipient < b.recipient ? -1 : 1));
}

function through(campaign: Campaign, { recipient: id, arrived, gone, paceAt }: Queue, now: number): string | null {
  const recipient = campaign.recipients.find((each) => each.id === id);
  if (!recipient) return null;
  const { pacePerHour } = campaign.facts;
  const moment = throughBy(Math.max(now, paceAt), arrived - gone, pacePerHour, timezoneOf(recipient));
  return moment === null ? null : new Date(moment).toISOString();
}

/** What needs a look. */
export async function attention({ store }: Bench, slug: string): Promise<Attention[]> {
  const notices = await store.notices.ofCampaign(slug);
  return notices.map(({ kind, recipient, n, lastAt }) => ({
    kind,
    recipient,
    n,
    lastAt: new Date(lastAt).toISOString(),
    text: NOTICES[kind],
  }));
}
