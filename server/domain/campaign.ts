import { z } from 'zod';
import { parseAddress } from './address.ts';

/** Texts in several languages: `{"en": …, "de": …}`; at least one. */
const Texts = z
  .record(z.string(), z.string().min(1))
  .refine((texts) => Object.keys(texts).length > 0, 'has no language');
const Day = z.iso.date();
const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'is not a short name of a-z, 0-9 and hyphens');
const Language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'is not a language tag such as "en"');
const Alpha2 = z.string().regex(/^[A-Z]{2}$/, 'is not a two-letter country code');
const Source = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'is not a short word of a-z, 0-9, dot and hyphen')
  .refine((source) => source !== 'suspected' && source !== 'other', 'is a word that counts itself');

const ContactKey = z
  .string()
  .regex(
    /^age1[02-9ac-hj-np-z]{58}$/,
    'is not the public half of an age key (age1…); make one by: age-keygen -o KEY_FILE',
  );

/** `campaign.json` as the contract has it; unknown keys are refused, because export could not give them back. */
export const CampaignFacts = z
  .strictObject({
    slug: Slug,
    title: Texts,
    summary: Texts,
    background: Texts.optional(),
    organiser: z.strictObject({
      name: z.string().trim().min(1),
      address: z.string().optional(),
      contact: z.string().trim().min(1),
      privacy: z.string().optional(),
    }),
    opens: Day,
    actBefore: Day.optional(),
    closes: Day,
    goal: z.int().positive().optional(),
    languages: z.array(Language).min(1),
    blocs: z.strictObject({ EU: z.enum(['also', 'fallback']).optional() }).default({}),
    editing: z.enum(['own-words', 'full', 'none']).default('own-words'),
    pacePerHour: z.int().positive().nullable().default(30),
    sources: z.array(Source).max(20).default([]),
    draftOnly: z.array(Alpha2).default([]),
    reviewedBy: z.record(z.string(), z.string()).default({}),
    demonstration: z.boolean().default(false),
    /** Whether people may leave their address: sealed to `key`, the public half of an age key of the campaign's own. */
    contacts: z.strictObject({ key: ContactKey, ask: Texts }).optional(),
  })
  .refine((facts) => facts.opens <= facts.closes, { path: ['closes'], message: 'lies before "opens"' });
export type CampaignFacts = z.infer<typeof CampaignFacts>;

const timezone = z.string().refine(isTimeZone, 'is not a time zone such as "Europe/Berlin"');
const optional = z.string().optional();

/** One office of `recipients.csv`. `languages` are those the office works in, the main one first. */
export const Recipient = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'is not a short name of a-z, 0-9 and hyphens')
    .refine((id) => id !== 'short' && id !== 'variants', 'is a word that letter files use themselves'),
  country: Alpha2,
  name: z.string().min(1),
  office: z.string().min(1),
  salutation: z.string().min(1),
  languages: z.array(Language).min(1),
  email: z
    .string()
    .transform((email, context) => {
      const parsed = parseAddress(email);
      if (parsed.ok) return parsed.address;
      context.addIssue({ code: 'custom', message: 'is not one plain email address' });
      return z.NEVER;
    })
    .optional(),
  contactForm: z.url({ protocol: /^https?$/ }).optional(),
  source: optional,
  checkedOn: Day.optional(),
  timezone: timezone.optional(),
  /** `office_<lang>` and `salutation_<lang>`: what stands instead of `office` and `salutation` in that language. */
  offices: z.record(z.string(), z.string()),
  salutations: z.record(z.string(), z.string()),
});
export type Recipient = z.infer<typeof Recipient>;

export const Signatory = z.object({ name: z.string().min(1), role: z.string(), country: Alpha2 });
export type Signatory = z.infer<typeof Signatory>;

/** A campaign's content, as files hold it: facts, offices, signatories, and letter texts by file name without `.hbs`. */
export type CampaignContent = {
  facts: CampaignFacts;
  recipients: Recipient[];
  signatories: Signatory[];
  texts: Record<string, string>;
};

export type CampaignState = 'draft' | 'open' | 'paused' | 'closed';

/** A campaign as it stands: its content, its state, and the number of the revision (each import or edit makes one). */
export type Campaign = CampaignContent & { slug: string; state: CampaignState; revision: number };

/** Whether letters can be begun on `today` (YYYY-MM-DD, UTC), or the reason why not. A demonstration outlives its dates. */
export function openness(campaign: Campaign, today: string): 'open' | 'early' | 'over' | 'paused' | 'closed' | 'draft' {
  if (campaign.state !== 'open') return campaign.state;
  if (campaign.facts.demonstration) return 'open';
  if (today < campaign.facts.opens) return 'early';
  return today > campaign.facts.closes ? 'over' : 'open';
}

/** The text in `language`, or in the campaign's first language, or in whichever there is. */
export function inLanguage(texts: Record<string, string>, language: string, campaign: CampaignFacts): string {
  return texts[language] ?? texts[campaign.languages[0] ?? ''] ?? Object.values(texts)[0] ?? '';
}

/** The language among `texts` that {@link inLanguage} chooses, for the page's `lang` attributes. */
export function languageOf(texts: Record<string, string>, language: string, campaign: CampaignFacts): string {
  const wanted = [language, campaign.languages[0] ?? '', ...Object.keys(texts)];
  return wanted.find((candidate) => candidate in texts) ?? language;
}

export function officeIn(recipient: Recipient, language: string): string {
  return recipient.offices[language] ?? recipient.office;
}

export function salutationIn(recipient: Recipient, language: string): string {
  return recipient.salutations[language] ?? recipient.salutation;
}

/** The source under which letters are counted that came in a flood; no campaign can declare it. */
export const SUSPECTED = 'suspected';

/** The source that is counted: a declared one, `other` for any other word, empty for none. */
export function declaredSource(facts: CampaignFacts, source: string | undefined): string {
  if (!source) return '';
  return facts.sources.includes(source) ? source : 'other';
}

// To ask whether a zone exists takes a fifth of a millisecond, and a list may name it ten thousand times. Zones in other
// spellings ("europe/kiev") are kept as well, but no more of them than there can be good reason for.
const zones = new Set(Intl.supportedValuesOf('timeZone'));
const MOST_ZONES = 2000;

function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  if (zones.size < MOST_ZONES) zones.add(name);
  return true;
}
