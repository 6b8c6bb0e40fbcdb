import { z } from 'zod';

// Zod's own `max` measures whatever has a length, also what is no string: one that is no number would make it throw.
const text = (maxLength: number) =>
  z
    .string()
    .refine(({ length }) => length <= maxLength)
    .meta({ maxLength });
const ids = z
  .array(text(64))
  .refine(({ length }) => length <= 10)
  .meta({ maxItems: 10 });

/** `POST /api/campaigns/:slug/letters`. What the sender typed is read by the domain; here only kinds and sizes. */
export const LetterRequest = z.object({
  country: text(40),
  recipients: ids.optional(),
  name: text(1000),
  email: text(1000),
  place: text(1000).optional(),
  language: text(40).optional(),
  ownWords: text(20_000).optional(),
  subject: text(1000).optional(),
  body: text(60_000).optional(),
  source: text(200).optional(),
  /** The confirmation mail names neither campaign nor organiser. */
  neutral: z.boolean().optional(),
  /** The sender wants to hear from the campaign, where it asks (`contacts`). */
  contact: z.boolean().optional(),
  /** The solution of the `challenge` that came with a 429, in base64. */
  proof: text(4000).optional(),
});

/** `POST /api/campaigns/:slug/drafts` */
export const DraftRequest = z.object({
  country: text(40),
  recipients: ids.optional(),
  name: text(1000).optional(),
  language: text(40).optional(),
  ownWords: text(20_000).optional(),
  source: text(200).optional(),
});

/** `POST /api/confirmations`: the token from the mail's link, or the open page's handle and the typed code. */
export const ConfirmationRequest = z.union([
  z.object({ token: text(100) }),
  z.object({ handle: text(100), code: text(40) }),
]);

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** With 429: work to be done (ALTCHA 2), whose solution goes into `proof`. */
  challenge: z.looseObject({}).optional(),
});

const count = z.int().nullable();
const byParts = { prepared: count, sent: count, bounced: count };
const DraftLinks = z.object({
  mailto: z.string().nullable(),
  gmail: z.string().nullable(),
  outlook: z.string().nullable(),
  outlookWork: z.string().nullable(),
  yahoo: z.string().nullable(),
  proton: z.string().nullable(),
});

/** What the calls answer, for `/openapi.json`; the tests hold the answers against these. */
export const Answers = {
  campaigns: z.object({
    campaigns: z.array(z.looseObject({ slug: z.string(), title: z.record(z.string(), z.string()), state: z.string() })),
  }),
  campaign: z.looseObject({
    slug: z.string(),
    title: z.record(z.string(), z.string()),
    summary: z.record(z.string(), z.string()),
    state: z.enum(['open', 'paused', 'closed']),
    opens: z.string(),
    closes: z.string(),
    goal: z.int().nullable(),
    languages: z.array(z.string()),
    countries: z.array(z.string()),
    organiser: z.looseObject({ name: z.string(), contact: z.string() }),
    demonstration: z.boolean(),
  }),
  recipients: z.object({
    recipients: z.array(
      z.object({
        id: z.string(),
        country: z.string(),
        name: z.string(),
        office: z.string(),
        language: z.string(),
        channels: z.array(z.enum(['send', 'draft', 'form'])),
      }),
    ),
    reason: z.enum(['national', 'national-and-bloc', 'bloc-only', 'nobody']),
    explanation: z.string(),
  }),
  letter: z.object({ subject: z.string(), body: z.string(), language: z.string(), version: z.string() }),
  drafts: z.object({
    drafts: z.array(
      z.object({
        recipient: z.string(),
        to: z.string().nullable(),
        form: z.string().nullable(),
        subject: z.string(),
        body: z.string(),
        short: z.object({ subject: z.string(), body: z.string() }).nullable(),
        links: DraftLinks,
        carries: z.record(z.string(), z.enum(['whole', 'short']).nullable()),
        eml: z.string().nullable(),
      }),
    ),
  }),
  pending: z.object({ status: z.literal('pending'), handle: z.string(), expiresAt: z.iso.datetime() }),
  confirmed: z.object({
    status: z.literal('confirmed'),
    letters: z.array(z.object({ recipient: z.string(), statusUrl: z.string() })),
  }),
  returned: z.object({ status: z.enum(['taken', 'seen', 'too-old']) }),
  status: z.object({
    state: z.string(),
    recipient: z.string(),
    changedAt: z.iso.datetime(),
    expectedAt: z.iso.datetime().nullable(),
  }),
  tally: z.looseObject({
    prepared: count,
    said: count,
    pending: count,
    confirmed: count,
    sent: count,
    bounced: count,
    failed: count,
    people: count,
    byCountry: z.array(z.object({ country: z.string(), ...byParts })),
    byDay: z.array(z.object({ day: z.string(), ...byParts })),
    updatedAt: z.iso.datetime(),
  }),
};
