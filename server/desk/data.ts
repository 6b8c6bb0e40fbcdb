import { campaignFiles } from '../campaigns/write.ts';
import { Refusal } from '../domain/errors.ts';
import { EXPORT_NAMES, EXPORTS, isExportName } from '../exports/tables.ts';
import { fileName, isFormat, writeTable } from '../exports/write.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { note } from './record.ts';

const TYPES: Record<string, string> = { csv: 'text/csv', json: 'application/json', hbs: 'text/plain' };

/**
 * `/desk/c/:slug/data`: what can be had of a campaign, and as what. `POST /data/export` makes a file of a table;
 * `/data/files/:name` is one of the files that a campaign is kept in.
 */
export function dataPages(desk: Desk): void {
  const { parts } = desk;

  desk.campaign('get', '/data', 'viewer', async (visit) => {
    const { data, letters } = await filesOf(desk, visit);
    return visit.show('data', {
      title: 'Data',
      tables: EXPORT_NAMES.map((name) => ({ name, title: EXPORTS[name].title, holds: EXPORTS[name].holds })),
      files: Object.keys(data).map((name) => ({ name, holds: FILES[name] ?? '' })),
      letters: Object.keys(letters).map((name) => ({ name })),
      osdi: `${parts.publicUrl()}/api/osdi/v1`,
    });
  });

  desk.campaign('post', '/data/export', 'viewer', async (visit) => {
    const name = text(visit.form, 'table');
    const format = text(visit.form, 'format');
    if (!isExportName(name) || !isFormat(format)) throw new Refusal('not-found');
    const { campaign, who } = visit;
    await note(parts, who.id, campaign.slug, 'export-taken', `${name}, ${format.toUpperCase()}`);
    return visit.jobs.begin(visit, 'export', 0, async (progress) => {
      const now = parts.now();
      const pieces: string[] = [];
      const options = { now, forSpreadsheet: true, progress };
      for await (const piece of writeTable({ store: parts.store, campaign }, name, format, options)) pieces.push(piece);
      return {
        words: `${EXPORTS[name].title} as ${format.toUpperCase()}.`,
        file: fileName(campaign.slug, name, format, now),
        content: Buffer.from(pieces.join('')),
      };
    });
  });

  desk.campaign('get', '/data/files/:name', 'viewer', async (visit) => {
    const name = visit.params.name ?? '';
    const { data, letters } = await filesOf(desk, visit);
    const files = { ...data, ...letters };
    if (!Object.hasOwn(files, name)) throw new Refusal('not-found');
    return visit.reply
      .type(`${TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain'}; charset=utf-8`)
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(files[name]);
  });
}

const FILES: Record<string, string> = {
  'campaign.json': 'facts, dates and rules',
  'recipients.csv': 'the offices, as they can be taken in again',
  'signatories.csv': 'who signed the joint letter',
};

/** As the store has it: of a text that cannot be read, nothing would be left in memory. */
async function filesOf({ parts }: Desk, { campaign }: CampaignVisit) {
  const stored = await parts.store.campaigns.load(campaign.slug);
  if (!stored) throw new Refusal('not-found');
  return campaignFiles(stored);
}
