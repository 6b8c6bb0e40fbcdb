import { holdReplaced } from '../acts/held.ts';
import { replacedIn } from '../campaigns/addressee.ts';
import { newFaults } from '../campaigns/check.ts';
import type { CampaignContent } from '../domain/campaign.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import { Lost } from '../store/connection.ts';
import type { CampaignVisit } from './desk.ts';
import type { DeskParts } from './frame.ts';
import { type DeedKind, note } from './record.ts';

/** What came of a save: done, or somebody else was first, or an open campaign may not be given these faults. */
export type Saved = { is: 'saved' } | { is: 'conflict' } | { is: 'refused'; faults: string[] };

/**
 * Saves a campaign's content as its next revision, if the form was made of the present one. A campaign that has passed
 * its check may not be given a fault that would have kept it from opening. Texts that cannot be read stay as they are.
 */
export async function save(
  parts: DeskParts,
  visit: CampaignVisit,
  changed: CampaignContent,
  deed: DeedKind = 'saved',
): Promise<Saved> {
  const { campaign, who, form } = visit;
  const withUnread = (each: CampaignContent) => ({ ...each, texts: { ...campaign.unread, ...each.texts } });
  const content = withUnread(changed);
  if (text(form, 'revision') !== String(campaign.revision)) return { is: 'conflict' };
  const now = parts.now();
  const isChecked = campaign.state === 'open' || campaign.state === 'paused';
  const faults = isChecked ? newFaults(content, withUnread(campaign), parts.world, dayOf(now), ['fault', 'stop']) : [];
  if (faults.length > 0) return { is: 'refused', faults };
  try {
    await parts.store.campaigns.save(content, campaign.revision, now, who.id);
  } catch (error) {
    if (error instanceof Lost) return { is: 'conflict' };
    throw error;
  }
  await note(parts, who.id, campaign.slug, deed, `revision ${campaign.revision + 1}`);
  await parts.campaigns.refresh();
  await holdFormer(parts, visit, content);
  return { is: 'saved' };
}

/** Letters that wait for somebody who holds an office no more are held until an owner decides. */
async function holdFormer(parts: DeskParts, visit: CampaignVisit, { recipients }: CampaignContent): Promise<void> {
  const { slug, queues } = visit.campaign;
  const offices = replacedIn(visit.campaign.recipients, recipients);
  const waiting = offices
    .map((id) => queues.get(id))
    .reduce((n, queue) => n + (queue ? queue.arrived - queue.gone : 0), 0);
  if (waiting === 0) return;
  await visit.jobs.start(visit, 'hold', offices.length, async (step) => {
    let held = 0;
    for (const [i, office] of offices.entries()) {
      await step(i);
      held += await holdReplaced(parts, slug, office);
    }
    const words = `${held === 1 ? '1 letter' : `${held.toLocaleString('en')} letters`} to a former office-holder: held until you decide.`;
    return { words, href: `${visit.base}/held` };
  });
}

/** A campaign's content alone, to be changed and saved. */
export function contentOf({ facts, recipients, signatories, texts }: CampaignContent): CampaignContent {
  return { facts, recipients, signatories, texts };
}
