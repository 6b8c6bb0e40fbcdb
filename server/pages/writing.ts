import type { LiveCampaign } from '../campaigns/register.ts';
import type { Recipient } from '../domain/campaign.ts';
import type { FieldFault } from '../domain/errors.ts';
import type { Choice } from '../domain/recipients.ts';
import type { FormFields } from '../http/guard.ts';
import { address } from './page.ts';

/** What the letter's page is about: who writes to whom, in which language the letter goes, and in which it is shown. */
export type Writing = {
  campaign: LiveCampaign;
  choice: Choice;
  country: string;
  recipient: Recipient;
  /** The language of the page. */
  lang: string;
  /** The language in which the letter arrives. */
  arrives: string;
  shown: string | undefined;
  source: string | undefined;
  /** What was typed, when the form comes back with faults. */
  typed: Record<string, unknown>;
  faults: readonly FieldFault[];
  /** What the form carries beside what is typed. */
  carries: FormFields;
};

/** The address of the letter's page; what is not said is left as it is. */
export function writeAddress(
  writing: Writing,
  change: { recipient?: string; language?: string; show?: string } = {},
): string {
  const { campaign, country, recipient, lang, source } = writing;
  const query = { country, recipient: recipient.id, lang, src: source, ...change };
  return address({ path: `/c/${campaign.slug}`, query });
}
