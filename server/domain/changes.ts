import type { CampaignContent } from './campaign.ts';

/** A place of a campaign's content that differs between two revisions; empty where it was, or is, not there. */
export type Change = { where: string; before: string; after: string };

/** What differs between two revisions, in the order of their places: facts, recipients by id, signatories, letter texts. */
export function changesBetween(before: CampaignContent, after: CampaignContent): Change[] {
  const [old, fresh] = [placesOf(before), placesOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((where) => ({ where, before: old.get(where) ?? '', after: fresh.get(where) ?? '' }))
    .filter((change) => change.before !== change.after);
}

function placesOf({ facts, recipients, signatories, texts }: CampaignContent): Map<string, string> {
  return new Map([
    ...leaves('', facts),
    ...recipients.flatMap((each) => leaves(`recipient ${each.id}`, { ...each, id: undefined })),
    ...signatories.flatMap((each, i) => leaves(`signatory ${i + 1}`, each)),
    ...Object.entries(texts).map(([name, text]): [string, string] => [`letter ${name}`, text]),
  ]);
}

/** Every text, number and list below a value, by its path. */
function leaves(path: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  if (Array.isArray(value)) return [[path, value.join(', ')]];
  return Object.entries(value).flatMap(([key, each]) => leaves(path ? `${path}, ${key}` : key, each));
}
