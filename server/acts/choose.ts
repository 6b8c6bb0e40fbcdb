import type { LiveCampaign } from '../campaigns/register.ts';
import { openness, type Recipient } from '../domain/campaign.ts';
import { NOT_LISTED, type World } from '../domain/countries.ts';
import { Refusal } from '../domain/errors.ts';
import { type Channel, type Choice, channels, chooseRecipients } from '../domain/recipients.ts';
import { dayOf } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';

/** The campaign of a slug. @throws Refusal `unknown-campaign` */
export function findCampaign(parts: Pick<Parts, 'campaigns'>, slug: string): LiveCampaign {
  const campaign = parts.campaigns.get(slug);
  if (!campaign) throw new Refusal('unknown-campaign', { slug: slug.slice(0, 64) });
  return campaign;
}

/** A country's code as somebody gave it. @throws Refusal `unknown-country` naming it */
export function readCountry(world: World, country: string): string {
  if (!world.has(country) && country !== NOT_LISTED)
    throw new Refusal('unknown-country', { country: country.slice(0, 40) });
  return country;
}

/** The offices somebody means: those named, or without names the one that answers for them. @throws Refusal */
export function meantRecipients(choice: Choice, ids: readonly string[] | undefined): Recipient[] {
  if (choice.recipients.length === 0) throw new Refusal('not-covered', {});
  if (!ids || ids.length === 0) return choice.meant;
  return [...new Set(ids)].map((id) => {
    const recipient = choice.recipients.find((each) => each.id === id);
    if (!recipient) throw new Refusal('unknown-recipient', { recipient: id.slice(0, 64) });
    return recipient;
  });
}

export function choose(parts: Pick<Parts, 'world'>, campaign: LiveCampaign, country: string): Choice {
  return chooseRecipients(campaign, country, parts.world);
}

/** The ways in which a resident of `country` can reach an office of the campaign now. */
export function waysTo(campaign: LiveCampaign, recipient: Recipient, country: string): Channel[] {
  return channels(recipient, country, campaign.facts.draftOnly, keepsRefusing(campaign, recipient));
}

/** Whether an office keeps refusing the letters that are carried to it. */
export function keepsRefusing(campaign: LiveCampaign, { id }: Recipient): boolean {
  return (campaign.queues.get(id)?.refusingSince ?? null) !== null;
}

/** @throws Refusal `not-open` with the reason, unless letters can be begun today */
export function assertOpen(campaign: LiveCampaign, now: number): void {
  const state = openness(campaign, dayOf(now));
  if (state !== 'open') throw new Refusal('not-open', { state });
}
