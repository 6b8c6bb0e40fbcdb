import type { CampaignState } from './campaign.ts';

/**
 * What other programs can be told, and the words for it at the desk. None of it is about a person; the types are spelt
 * as the Standard Webhooks specification asks (https://www.standardwebhooks.com).
 */
export const EVENTS = {
  'campaign.launched': 'the campaign is launched',
  'campaign.paused': 'it is paused',
  'campaign.resumed': 'it is open again',
  'campaign.closed': 'it is closed for good',
  'recipients.changed': 'the list of recipients is changed',
  'office.refusing': 'an office keeps refusing letters',
  'notice.raised': 'something needs a look (gathered for 15 minutes)',
  'tally.moved': 'the figures moved (gathered for 15 minutes, in steps of ten)',
} as const;
export type EventKind = keyof typeof EVENTS;
export const EVENT_KINDS = Object.keys(EVENTS) as EventKind[];
/** Sent when somebody asks for it, whatever an address wants to be told. */
export const TEST = 'hook.test';

/** A message as it is signed and sent: what happened, when (ms), and what it is about. */
export function messageOf(type: EventKind | typeof TEST, at: number, data: Record<string, unknown>): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

/** What is told of a campaign that moves from one of these states to another; null: nothing. */
export function stateEvent(from: readonly CampaignState[], to: CampaignState): EventKind | null {
  if (to === 'open') return from.includes('draft') ? 'campaign.launched' : 'campaign.resumed';
  if (to === 'paused') return 'campaign.paused';
  return to === 'closed' ? 'campaign.closed' : null;
}
