import type { CampaignContent, Recipient } from './campaign.ts';
import type { World } from './countries.ts';

/** Why these offices and no others; each has its sentence in the catalogue. */
export type Reason =
  | 'national' // the minister of the country (or of the state that answers for the territory)
  | 'national-and-bloc' // the same, and the bloc's office is offered beside
  | 'bloc-only' // only the bloc's office: the country's own minister is not on this list
  | 'nobody'; // nobody on this list answers for the country

export type Choice = {
  reason: Reason;
  /** The offices, the national one first. */
  recipients: Recipient[];
  /** Those that are meant when nothing is said: the national office alone, or the bloc's where there is no other. */
  meant: Recipient[];
  /** The state that answers for the country: itself, or for a territory the state it belongs to. */
  state: string;
};

/**
 * Who on a campaign's list answers for a resident of `country` (ISO 3166-1 alpha-2). Residence counts, not nationality.
 * A territory goes to its state; a resident of the EU is offered the bloc's office by the campaign's rule `blocs.EU`.
 */
export function chooseRecipients(
  campaign: Pick<CampaignContent, 'facts' | 'recipients'>,
  country: string,
  world: World,
): Choice {
  const entry = world.get(country);
  // A list may name an office for the territory itself; only otherwise does its state answer.
  const own = campaign.recipients.filter((recipient) => recipient.country === country);
  const state = own.length > 0 ? country : (entry?.answeredBy ?? country);
  const national = own.length > 0 ? own : campaign.recipients.filter((recipient) => recipient.country === state);
  const rule = campaign.facts.blocs.EU;
  const inBloc = entry?.bloc === 'EU' && rule !== undefined;
  const bloc = inBloc ? campaign.recipients.filter((recipient) => recipient.country === 'EU') : [];
  if (national.length > 0) {
    const beside = rule === 'also' ? bloc : [];
    const reason = beside.length > 0 ? 'national-and-bloc' : 'national';
    return { reason, recipients: [...national, ...beside], meant: national, state };
  }
  return { reason: bloc.length > 0 ? 'bloc-only' : 'nobody', recipients: bloc, meant: bloc, state };
}

export type Channel = 'send' | 'draft' | 'form';

/** The ways in which a resident of `country` can reach this office. Where it keeps refusing what we carry, we carry nothing. */
export function channels(
  recipient: Recipient,
  country: string,
  draftOnly: readonly string[],
  refusing: boolean,
): Channel[] {
  const ways: Channel[] = [];
  if (recipient.email && !draftOnly.includes(country) && !refusing) ways.push('send');
  if (recipient.email) ways.push('draft');
  if (recipient.contactForm) ways.push('form');
  return ways;
}

/** How many countries and territories of the world have an office on this list, bloc offices included. */
export function coveredCountries(campaign: Pick<CampaignContent, 'facts' | 'recipients'>, world: World): string[] {
  return [...everyChoice(campaign, world)]
    .filter(([, { recipients }]) => recipients.length > 0)
    .map(([country]) => country);
}

/** What {@link chooseRecipients} chooses for each country of the world. A long list is gone through once, not for each. */
export function everyChoice(
  { facts, recipients }: Pick<CampaignContent, 'facts' | 'recipients'>,
  world: World,
): Map<string, Choice> {
  const there = Map.groupBy(recipients, ({ country }) => country);
  return new Map(
    [...world].map(([country, { answeredBy }]) => {
      const near = [...new Set([country, answeredBy ?? country, 'EU'])].flatMap((code) => there.get(code) ?? []);
      return [country, chooseRecipients({ facts, recipients: near }, country, world)];
    }),
  );
}
