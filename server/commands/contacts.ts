import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Bench, campaignNamed, Refused } from './command.ts';

/** `contacts SLUG PATH`: writes who asked to hear from the campaign, a file each, which only the campaign's own key opens. */
export async function contacts(bench: Bench, slug: string, path: string): Promise<void> {
  const { facts } = await campaignNamed(bench, slug);
  if (!facts.contacts) throw new Refused(`${slug} asks nobody for their address: campaign.json has no "contacts".`);
  const all = await bench.store.contacts.ofCampaign(slug);
  const folder = resolve(bench.config.callerFolder, path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { id, box } of all) writeFileSync(join(folder, `${id}.age`), box, { mode: 0o600 });
  const place = relative(bench.config.callerFolder, folder) || '.';
  bench.say(`${slug}: ${all.length} contacts are written to ${place}, a file each. To read them with your key:`);
  bench.say(`for f in ${place}/*.age; do age -d -i KEY_FILE "$f"; done > contacts.csv`);
}
