import type { LiveCampaign } from '../campaigns/register.ts';
import type { Recipient } from '../domain/campaign.ts';
import { throughBy, timezoneOf } from '../domain/pacing.ts';
import type { Letter } from '../store/letters.ts';

/** When a letter that waits will leave, about (ms since 1970); null where it leaves at once. */
export function expectedAt(campaign: LiveCampaign, row: Letter, now: number): number | null {
  const queue = campaign.queues.get(row.recipient);
  return leavesAt(campaign, row.recipient, Math.max(1, row.place - (queue?.gone ?? 0)), now);
}

/** When a letter confirmed now would leave, about; null where it would leave at once. */
export function nextLeavesAt(campaign: LiveCampaign, recipient: string, now: number): number | null {
  return leavesAt(campaign, recipient, waiting(campaign, recipient) + 1, now);
}

/** How many letters to an office wait to leave. */
function waiting(campaign: LiveCampaign, recipient: string): number {
  const queue = campaign.queues.get(recipient);
  return queue ? queue.arrived - queue.gone : 0;
}

/** When a letter confirmed now would leave, if that is after the day by which the campaign asks to act; else null. */
export function tooLate(campaign: LiveCampaign, { id }: Recipient, now: number): number | null {
  const { actBefore } = campaign.facts;
  if (!actBefore) return null;
  const end = Date.parse(`${actBefore}T23:59:59.999Z`);
  const leaves = nextLeavesAt(campaign, id, now);
  return leaves !== null && leaves > end && now <= end ? leaves : null;
}

function leavesAt(campaign: LiveCampaign, id: string, place: number, now: number): number | null {
  const recipient = campaign.recipients.find((each) => each.id === id);
  if (!recipient) return null;
  const from = Math.max(now, campaign.queues.get(id)?.paceAt ?? 0);
  return throughBy(from, place, campaign.facts.pacePerHour, timezoneOf(recipient));
}
