import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../domain/errors.ts';
import { EXPORT_NAMES, EXPORTS, isExportName } from '../exports/tables.ts';
import { FORMATS, fileName, isFormat, MEDIA_TYPES, writeTable } from '../exports/write.ts';
import type { Parts } from '../parts.ts';
import { namedCampaign, tokenCall } from './token.ts';

/** What a program may read of a campaign in its owner's stead: exact figures, and every table that can be exported. */
export function exportCalls(app: FastifyInstance, parts: Parts): void {
  tokenCall(app, parts, '/api/campaigns/:slug/exact-tally', 'tally:read', async (call) => {
    const { slug } = namedCampaign(call, call.params.slug ?? '');
    return { ...(await parts.store.tally.sums(slug)), updatedAt: new Date(parts.now()).toISOString() };
  });

  tokenCall(app, parts, '/api/campaigns/:slug/exports', 'exports:read', async (call) => {
    const { slug } = namedCampaign(call, call.params.slug ?? '');
    return {
      exports: EXPORT_NAMES.map((name) => ({
        table: name,
        holds: EXPORTS[name].holds,
        columns: EXPORTS[name].columns,
        files: FORMATS.map((format) => `${parts.publicUrl()}/api/campaigns/${slug}/exports/${name}.${format}`),
      })),
    };
  });

  tokenCall(app, parts, '/api/campaigns/:slug/exports/:file', 'exports:read', async (call) => {
    const campaign = namedCampaign(call, call.params.slug ?? '');
    const [name, format, ...more] = (call.params.file ?? '').split('.');
    if (!isExportName(name) || !isFormat(format) || more.length > 0) throw new Refusal('not-found');
    const now = parts.now();
    return call.reply
      .type(MEDIA_TYPES[format])
      .header('content-disposition', `attachment; filename="${fileName(campaign.slug, name, format, now)}"`)
      .send(Readable.from(writeTable({ store: parts.store, campaign }, name, format, { now })));
  });
}
