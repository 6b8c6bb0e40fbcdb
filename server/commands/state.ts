import { checkCampaign } from '../campaigns/check.ts';
import type { CampaignState } from '../domain/campaign.ts';
import { faultCount } from './check.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

type Act = { from: readonly CampaignState[]; to: CampaignState; checked: boolean; done: string };

/** What moves a campaign from one state to another. It takes letters only after a check found no fault. */
const ACTS = {
  launch: { from: ['draft'], to: 'open', checked: true, done: 'is open' },
  pause: { from: ['open'], to: 'paused', checked: false, done: 'is paused: no letter can be begun' },
  resume: { from: ['paused'], to: 'open', checked: true, done: 'is open again' },
  close: { from: ['open', 'paused'], to: 'closed', checked: false, done: 'is closed for good' },
} as const satisfies Record<string, Act>;

/** What may be done instead, by the state a campaign is in. */
const INSTEAD: Record<CampaignState, string> = {
  draft: 'It is a draft, not launched yet: npm run campaign -- launch',
  open: 'It is open already. It can be paused or closed: npm run campaign -- pause',
  paused: 'It is paused. It can be resumed or closed: npm run campaign -- resume',
  closed: 'It is closed, and that is final: import it under another slug to begin anew.',
};

/** `launch`, `pause`, `resume` and `close SLUG`. */
export async function move(bench: Bench, verb: keyof typeof ACTS, slug: string): Promise<void> {
  const { from, to, checked, done }: Act = ACTS[verb];
  const campaign = await campaignNamed(bench, slug);
  if (!from.includes(campaign.state)) throw refusal(verb, slug, campaign.state);
  if (checked) {
    const { faults, doubts } = checkCampaign(campaign, bench.world, bench.today);
    if (faults.length > 0) throw new Refused(`${slug} stays as it is. ${faultCount(faults)}: ${faults.join(' ')}`);
    for (const doubt of doubts) bench.say(`doubt: ${doubt}`);
  }
  const moved = await bench.store.campaigns.setState(slug, from, to, bench.now);
  // Another command was quicker.
  if (!moved) throw refusal(verb, slug, (await campaignNamed(bench, slug)).state);
  bench.say(`${slug} ${done}.`);
}

function refusal(verb: string, slug: string, state: CampaignState): Refused {
  const instead = INSTEAD[state];
  return new Refused(`${verb} was refused. ${instead}${instead.endsWith('.') ? '' : ` ${slug}`}`);
}
