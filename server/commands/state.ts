import { checkCampaign } from '../campaigns/check.ts';
import { MOVES, type Move } from '../campaigns/moves.ts';
import type { CampaignState } from '../domain/campaign.ts';
import { faultCount } from './check.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

const DONE: Record<Move, string> = {
  launch: 'is open',
  pause: 'is paused: no letter can be begun',
  resume: 'is open again',
  close: 'is closed for good',
};

/** What may be done instead, by the state a campaign is in. */
const INSTEAD: Record<CampaignState, string> = {
  draft: 'It is a draft, not launched yet: npm run campaign -- launch',
  open: 'It is open already. It can be paused or closed: npm run campaign -- pause',
  paused: 'It is paused. It can be resumed or closed: npm run campaign -- resume',
  closed: 'It is closed, and that is final: import it under another slug to begin anew.',
};

/** `launch`, `pause`, `resume` and `close SLUG`. */
export async function move(bench: Bench, verb: Move, slug: string): Promise<void> {
  const { from, to, isChecked } = MOVES[verb];
  const campaign = await campaignNamed(bench, slug);
  if (!from.includes(campaign.state)) throw refusal(verb, slug, campaign.state);
  if (isChecked) {
    const { faults, doubts } = checkCampaign(campaign, bench.world, bench.today);
    if (faults.length > 0) throw new Refused(`${slug} stays as it is. ${faultCount(faults)}: ${faults.join(' ')}`);
    for (const doubt of doubts) bench.say(`doubt: ${doubt}`);
  }
  const moved = await bench.store.campaigns.setState(slug, from, to, bench.now);
  // Another command was quicker.
  if (!moved) throw refusal(verb, slug, (await campaignNamed(bench, slug)).state);
  bench.say(`${slug} ${DONE[verb]}.`);
}

function refusal(verb: string, slug: string, state: CampaignState): Refused {
  const instead = INSTEAD[state];
  return new Refused(`${verb} was refused. ${instead}${instead.endsWith('.') ? '' : ` ${slug}`}`);
}
