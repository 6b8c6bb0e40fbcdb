import { z } from 'zod';
import { COUNTERS } from '../domain/tally.ts';

const n = z.int().nonnegative();
const counts = Object.fromEntries([...COUNTERS, 'doubtful'].map((counter) => [counter, n]));
const link = z.object({ href: z.string() });
const curies = z.array(z.object({ name: z.string(), href: z.string(), templated: z.boolean() }));
const target = z.object({
  title: z.string(),
  family_name: z.string(),
  ocdid: z.string().optional(),
  organization: z.string().optional(),
});

/** What the calls answer that need a token, for `/openapi.json`; the tests hold the answers against these. */
export const TokenAnswers = {
  exactTally: z.object({
    ...counts,
    byCountry: z.array(z.object({ country: z.string(), ...counts })),
    byRecipient: z.array(z.object({ recipient: z.string(), ...counts })),
    byDay: z.array(z.object({ day: z.string(), ...counts })),
    bySource: z.array(z.object({ source: z.string(), ...counts })),
    aside: z.array(z.object({ source: z.string(), ...counts })),
    updatedAt: z.iso.datetime(),
  }),
  exports: z.object({
    exports: z.array(
      z.object({
        table: z.string(),
        holds: z.string(),
        columns: z.array(z.string()),
        files: z.array(z.string()),
      }),
    ),
  }),
  table: z.object({
    campaign: z.string(),
    table: z.string(),
    at: z.iso.datetime(),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  }),
  hal: z.looseObject({ _links: z.looseObject({ self: link, curies }) }),
  halPage: z.object({
    total_pages: n,
    per_page: n,
    page: n,
    total_records: n,
    _links: z.looseObject({ self: link, curies }),
    _embedded: z.record(z.string(), z.array(z.looseObject({ identifiers: z.array(z.string()) }))),
  }),
  advocacyCampaign: z.object({
    identifiers: z.array(z.string()),
    origin_system: z.string(),
    modified_date: z.iso.datetime(),
    name: z.string(),
    title: z.string(),
    description: z.string(),
    summary: z.string(),
    type: z.literal('email'),
    templates: z.array(z.string()),
    browser_url: z.string(),
    total_outreaches: n,
    targets: z.array(target),
    'dear_minister:state': z.enum(['draft', 'open', 'paused', 'closed']),
    _links: z.object({ curies, self: link, 'osdi:outreaches': link }),
  }),
  outreach: z.object({
    identifiers: z.array(z.string()),
    origin_system: z.string(),
    created_date: z.iso.datetime(),
    action_date: z.iso.datetime(),
    type: z.literal('email'),
    targets: z.array(target),
    'dear_minister:recipient': z.string(),
    'dear_minister:status': z.enum(['said', 'confirmed', 'sent', 'bounced', 'failed']),
    'dear_minister:count': n,
    _links: z.object({ self: link, 'osdi:advocacy_campaign': link }),
  }),
};
