import { relative, resolve } from 'node:path';
import { writeFolder } from '../campaigns/write.ts';
import { type Bench, campaignNamed } from './command.ts';

/** `export SLUG PATH`: writes the campaign as the files that `import` reads. */
export async function exportCampaign(bench: Bench, slug: string, path: string): Promise<void> {
  const campaign = await campaignNamed(bench, slug);
  const target = resolve(bench.config.callerFolder, path);
  await writeFolder(campaign, target);
  bench.say(
    `${slug}: revision ${campaign.revision} is written to ${relative(bench.config.callerFolder, target) || '.'}`,
  );
}
