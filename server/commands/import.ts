import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { holdReplaced } from '../acts/held.ts';
import { replacedIn } from '../campaigns/addressee.ts';
import { newFaults } from '../campaigns/check.ts';
import { lineInWords, readFolder } from '../campaigns/folder.ts';
import type { Campaign, CampaignContent } from '../domain/campaign.ts';
import { type Bench, Refused } from './command.ts';

/** `import PATH`: takes in every campaign of a folder, or none of them if one has a fault. */
export async function importFolder(bench: Bench, path: string): Promise<void> {
  const { campaigns } = await readFolder(resolve(bench.config.callerFolder, path), bench);
  const faults = campaigns.flatMap((campaign) => campaign.faults.map(lineInWords));
  const accepted: { content: CampaignContent; before: Campaign | null }[] = [];
  for (const { slug, content } of campaigns) {
    const before = await bench.store.campaigns.load(slug);
    if (content && before?.state === 'open') faults.push(...kept(content, before, bench));
    if (content) accepted.push({ content, before });
  }
  if (faults.length > 0) throw new Refused(...faults, 'Nothing was imported. Mend these and import again.');
  for (const line of campaigns.flatMap((campaign) => campaign.doubts.map(lineInWords))) bench.say(line);
  const changed = accepted.filter(({ content, before }) => !before || !isSame(before, content));
  const changes = changed.map(({ content, before }) => ({ content, replacing: before?.revision ?? null }));
  if (changes.length > 0) await bench.store.campaigns.saveAll(changes, bench.now);
  for (const { content, before } of changed) await holdFormer(bench, content, before);
  for (const each of accepted) tell(bench, each.content, each.before, changed.includes(each));
}

/** An open campaign has passed its check, and stays so. */
function kept(content: CampaignContent, before: Campaign, { world, today }: Bench): string[] {
  const says = `${before.slug} is open, and may not be given this fault:`;
  return newFaults(content, before, world, today).map((fault) => `${says} ${fault}`);
}

/** What waits for somebody who holds an office no more is held until somebody decides. */
async function holdFormer({ store, now, say }: Bench, { facts, recipients }: CampaignContent, before: Campaign | null) {
  for (const office of replacedIn(before?.recipients ?? [], recipients)) {
    const held = await holdReplaced({ store, now: () => now }, facts.slug, office);
    if (held > 0)
      say(
        `${facts.slug}: ${office} is held by somebody else now; ${count(held, 'letter')} to the former one held. See: npm run campaign -- held ${facts.slug}`,
      );
  }
}

function tell({ say }: Bench, content: CampaignContent, before: Campaign | null, isChanged: boolean): void {
  const { slug } = content.facts;
  if (before && !isChanged) {
    say(`${slug}: nothing changed; it stays at revision ${before.revision}.`);
    return;
  }
  const revision = (before?.revision ?? 0) + 1;
  const parts = [
    count(content.recipients.length, 'office'),
    count(content.signatories.length, 'signatory', 'signatories'),
    count(Object.keys(content.texts).length, 'letter text'),
  ];
  const state = before?.state ?? 'draft';
  const next = state === 'draft' ? `It is a draft: npm run campaign -- launch ${slug}` : `It is ${state}, as before.`;
  say(`${slug}: imported as revision ${revision}, ${parts.join(', ')}. ${next}`);
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** By value and, where it shows, by order: of the offices, the languages, the keys of the facts. */
function isSame(before: CampaignContent, { facts, recipients, signatories, texts }: CampaignContent): boolean {
  return (
    JSON.stringify([before.facts, before.signatories]) === JSON.stringify([facts, signatories]) &&
    JSON.stringify(before.recipients) === JSON.stringify(recipients) &&
    isDeepStrictEqual({ ...before.texts }, { ...texts })
  );
}
