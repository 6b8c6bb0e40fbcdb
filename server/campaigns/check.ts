import type { CampaignContent } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { dayOf } from '../domain/tally.ts';
import { factsFound } from './check/facts.ts';
import type { Found, Weight } from './check/found.ts';
import { lettersFound } from './check/letters.ts';
import { officesFound } from './check/offices.ts';

/** What stands against a launch, and what should be looked at but does not; a sentence each. */
export type Checked = { faults: string[]; doubts: string[] };

/** All that a look at a campaign as a whole finds, before it may be opened. `today` is a UTC day. */
export function lookAt(campaign: CampaignContent, world: World, today = dayOf(Date.now())): Found[] {
  const found = [...factsFound(campaign, world, today), ...officesFound(campaign, world), ...lettersFound(campaign)];
  // Nothing of a demonstration reaches anybody: it is shown what would stop it, and not stopped.
  if (!campaign.facts.demonstration) return found;
  return found.map((each): Found => (each.weight === 'stop' ? { ...each, weight: 'doubt' } : each));
}

/** The same in sentences, as the command line has it: a stop is a doubt there. */
export function checkCampaign(campaign: CampaignContent, world: World, today?: string): Checked {
  const found = lookAt(campaign, world, today);
  const said = (...weights: Weight[]) => found.filter(({ weight }) => weights.includes(weight)).map(inWords);
  return { faults: said('fault'), doubts: said('stop', 'doubt') };
}

/** What was found, as one sentence. */
export const inWords = ({ about, says }: Found): string => `${about}: ${says}`;

/** What of `weights` `content` would bring that would have kept a campaign from opening, and that `before` has not. */
export function newFaults(
  content: CampaignContent,
  before: CampaignContent,
  world: World,
  today: string,
  weights: readonly Weight[] = ['fault'],
): string[] {
  const sentences = (campaign: CampaignContent) =>
    lookAt(campaign, world, today)
      .filter(({ weight }) => weights.includes(weight))
      .map(inWords);
  const found = sentences(content);
  if (found.length === 0) return [];
  const known = new Set(sentences(before));
  return found.filter((fault) => !known.has(fault));
}
