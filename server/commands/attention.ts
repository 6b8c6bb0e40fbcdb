import { standingOf } from '../acts/standing.ts';
import type { Campaign } from '../domain/campaign.ts';
import { NOTICES } from '../domain/notices.ts';
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
    .map((queue) => {
      const { through, ...standing } = standingOf(campaign, queue, now);
      return { ...standing, throughBy: through === null ? null : new Date(through).toISOString() };
    })
    .sort((a, b) => b.waiting - a.waiting || (a.recipient < b.recipient ? -1 : 1));
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
