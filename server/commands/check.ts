import { checkCampaign } from '../campaigns/check.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

/** `check SLUG`: what stands against a launch, and what should be looked at. */
export async function check(bench: Bench, slug: string): Promise<void> {
  const campaign = await campaignNamed(bench, slug);
  const { faults, doubts } = checkCampaign(campaign, bench.world, bench.today);
  for (const doubt of doubts) bench.say(`doubt: ${doubt}`);
  for (const fault of faults) bench.say(`fault: ${fault}`);
  if (faults.length > 0) throw new Refused(`${slug}: ${faultCount(faults)} to mend before it can be launched.`);
  bench.say(`${slug}: no fault found${doubts.length > 0 ? '; look at the doubts above' : ''}.`);
}

export function faultCount(faults: readonly string[]): string {
  return faults.length === 1 ? 'There is 1 fault' : `There are ${faults.length} faults`;
}
