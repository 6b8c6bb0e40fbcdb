import type { FastifyInstance } from 'fastify';
import type { LiveCampaign } from '../campaigns/register.ts';
import { Refusal } from '../domain/errors.ts';
import { text } from '../http/request.ts';
import type { Parts } from '../parts.ts';
import { advocacyCampaign, collection, entryPoint, outreach, type Place } from './osdi-shapes.ts';
import { type Call, namedCampaign, tokenCall } from './token.ts';

const BASE = '/api/osdi/v1';
const MOST_ON_A_PAGE = 100;
const ON_A_PAGE = 25;

/** Campaigns and their letters by day and office for programs that speak OSDI; read only, and without people. */
export function osdiCalls(app: FastifyInstance, parts: Parts): void {
  const place = (): Place => ({ api: `${parts.publicUrl()}${BASE}`, site: parts.publicUrl() });

  async function shown(campaign: LiveCampaign) {
    const { sent } = await parts.store.tally.sums(campaign.slug, 'all');
    return advocacyCampaign(place(), campaign, sent);
  }

  call('', async () => entryPoint(place(), MOST_ON_A_PAGE));

  call('/advocacy_campaigns', async ({ request, campaigns }) => {
    const { page, perPage, offset } = pageOf(request.query);
    const some = campaigns.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)).slice(offset, offset + perPage);
    if (some.length === 0 && page > 1) throw new Refusal('not-found');
    const items = await Promise.all(some.map(shown));
    const at = { page, perPage, all: campaigns.length };
    return collection('osdi:advocacy_campaigns', `${place().api}/advocacy_campaigns`, at, items);
  });

  call('/advocacy_campaigns/:slug', async (it) => shown(namedCampaign(it, it.params.slug ?? '')));

  call('/advocacy_campaigns/:slug/outreaches', async (it) => {
    const { slug, recipients } = namedCampaign(it, it.params.slug ?? '');
    const { page, perPage, offset } = pageOf(it.request.query);
    const { rows, all } = await parts.store.cells.byOffice(slug, { limit: perPage, offset });
    if (rows.length === 0 && page > 1) throw new Refusal('not-found');
    const office = new Map(recipients.map((each) => [each.id, each]));
    const items = rows.map((row) => outreach(place(), slug, row, office.get(row.recipient)));
    const href = `${place().api}/advocacy_campaigns/${slug}/outreaches`;
    return collection('osdi:outreaches', href, { page, perPage, all }, items);
  });

  call('/advocacy_campaigns/:slug/outreaches/:outreach', async (it) => {
    const { slug, recipients } = namedCampaign(it, it.params.slug ?? '');
    const [day = '', recipient, counter] = (it.params.outreach ?? '').split('.');
    const { rows } = await parts.store.cells.byOffice(slug, { from: day, to: day, limit: MOST_OF_A_DAY, offset: 0 });
    const row = rows.find((each) => each.recipient === recipient && each.counter === counter);
    if (!row) throw new Refusal('not-found');
    return outreach(
      place(),
      slug,
      row,
      recipients.find(({ id }) => id === recipient),
    );
  });

  /** With a slash at the end as without: OSDI's own examples write both. */
  function call(path: string, answer: (call: Call) => Promise<unknown>): void {
    for (const each of [`${BASE}${path}`, `${BASE}${path}/`])
      tokenCall(app, parts, each, 'osdi:read', async (it) => {
        const body = JSON.stringify(await answer(it));
        return it.reply.type('application/hal+json; charset=utf-8').send(body);
      });
  }
}
/** More offices than any list has, in each of the states. */
const MOST_OF_A_DAY = 100_000;

/** Which page was asked for. @throws Refusal `malformed-request` for what is no number of a page */
function pageOf(query: unknown): { page: number; perPage: number; offset: number } {
  const page = numberOf(text(query, 'page') ?? '1', 1_000_000);
  const perPage = numberOf(text(query, 'per_page') ?? String(ON_A_PAGE), MOST_ON_A_PAGE);
  return { page, perPage, offset: (page - 1) * perPage };
}

function numberOf(given: string, most: number): number {
  const n = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (n < 1) throw new Refusal('malformed-request');
  return Math.min(n, most);
}
