import type { LiveCampaign } from '../campaigns/register.ts';
import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import { KeysFault } from '../vault/keys.ts';

/**
 * Sees to it that the campaign has the key of its fingerprints: made before the first of them, and never again.
 * @throws KeysFault where there are fingerprints and their key is gone: everybody would count as new
 */
export async function readyMarks({ store, vault }: Pick<Parts, 'store' | 'vault'>, campaign: string): Promise<void> {
  if (vault.keys.ofCampaign(campaign)) return;
  if (await store.erasure.hasMarks(campaign)) throw new KeysFault('ENOENT');
  vault.keys.makeOfCampaign(campaign);
}

/** Removes who has written to campaigns that are over long enough, fingerprints and key. */
export async function forgetMarks(
  parts: Pick<Parts, 'store' | 'vault' | 'now'>,
  campaign: LiveCampaign,
): Promise<void> {
  if (!isLongOver(campaign, parts.now()) || !parts.vault.keys.ofCampaign(campaign.slug)) return;
  await parts.store.erasure.forgetMarks(campaign.slug);
  parts.vault.keys.destroy({ campaign: campaign.slug });
}

/** A campaign is over when it was closed, or its last day has passed; a demonstration has no last day. */
function isLongOver({ state, changedAt, facts }: LiveCampaign, now: number): boolean {
  if (state === 'closed') return changedAt + SPANS.marks <= now;
  return !facts.demonstration && Date.parse(facts.closes) + DAY + SPANS.marks <= now;
}

const DAY = 24 * 3_600_000;
