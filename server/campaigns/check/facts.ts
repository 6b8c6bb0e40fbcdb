import { parseAddress } from '../../domain/address.ts';
import type { CampaignContent, CampaignFacts } from '../../domain/campaign.ts';
import type { World } from '../../domain/countries.ts';
import { throughBy } from '../../domain/pacing.ts';
import { chooseRecipients } from '../../domain/recipients.ts';
import { dayOf } from '../../domain/tally.ts';
import { isReserved, placeholderField } from '../placeholders.ts';
import { doubt, type Found, fault, inFacts, inList, inTexts, stop } from './found.ts';

const ORGANISER = ['name', 'address', 'contact', 'privacy'] as const;

/** Who stands behind a campaign, when, in which words, and by which rules. `today` is a UTC day. */
export function factsFound(campaign: CampaignContent, world: World, today: string): Found[] {
  const { facts } = campaign;
  return [
    ...organiser(facts),
    ...dates(facts, today),
    ...words(facts),
    ...signedOff(facts),
    ...goal(campaign, today),
    ...draftOnly(campaign, world),
    ...bloc(campaign),
    ...(facts.demonstration
      ? []
      : [
          doubt(
            'DNS',
            'whether the records of the sending domain are in order cannot be seen from here.',
            inFacts('organiser.name'),
          ),
        ]),
  ];
}

function organiser({ organiser, demonstration }: CampaignFacts): Found[] {
  const found: Found[] = [];
  for (const key of ORGANISER) {
    const placeholder = organiser[key] === undefined ? null : placeholderField(organiser[key]);
    const says = `${placeholder} is a placeholder. Say who stands behind the campaign.`;
    if (placeholder) found.push(fault(`organiser, ${key}`, says, inFacts(`organiser.${key}`)));
  }
  if (organiser.contact.trim() === '') {
    const says = 'is missing. Say how the organiser can be reached.';
    found.push(fault('organiser, contact', says, inFacts('organiser.contact')));
  }
  for (const key of ['contact', 'privacy'] as const) {
    const host = hostOf(organiser[key]);
    if (host && isReserved(host) && !demonstration) {
      const says = `nobody can be reached at ${host}. Give a real one.`;
      found.push(fault(`organiser, ${key}`, says, inFacts(`organiser.${key}`)));
    }
  }
  if (!organiser.privacy) {
    const says = 'is missing. Where do people ask what is kept of them?';
    found.push(stop('organiser, privacy', says, inFacts('organiser.privacy')));
  }
  if (!organiser.address) {
    const says = 'is missing. Many countries ask for a postal address.';
    found.push(doubt('organiser, address', says, inFacts('organiser.address')));
  }
  return found;
}

/** The host of an address or web address; null for a telephone number and the like. */
export function hostOf(text = ''): string | null {
  const parsed = parseAddress(text);
  const address = parsed.ok ? parsed.address : text;
  return /@([^\s>,;]+)/.exec(address)?.[1] ?? (URL.parse(text)?.hostname || null);
}

function dates({ opens, actBefore, closes, demonstration }: CampaignFacts, today: string): Found[] {
  const found: Found[] = [];
  if (closes < today && !demonstration)
    found.push(fault('closes', `${closes} is past. Give a later day.`, inFacts('closes')));
  if (actBefore && (actBefore < opens || actBefore > closes)) {
    const says = `${actBefore} does not lie between opens (${opens}) and closes (${closes}).`;
    found.push(fault('actBefore', says, inFacts('actBefore')));
  }
  return found;
}

function words(facts: CampaignFacts): Found[] {
  return facts.languages.flatMap((language) =>
    (['title', 'summary'] as const)
      .filter((key) => !Object.hasOwn(facts[key], language))
      .map((key) => {
        const says = `there is none in "${language}", a language of the campaign. Write it, or take the language out.`;
        return fault(key, says, inTexts(`${key}.${language}`));
      }),
  );
}

function signedOff({ languages, reviewedBy }: CampaignFacts): Found[] {
  return languages
    .filter((each) => !reviewedBy[each])
    .map((language) =>
      stop('reviewedBy', `nobody has read over the "${language}" texts.`, inTexts(`reviewedBy.${language}`)),
    );
}

/** At the best letters go to all offices alike: if that takes too long, so does everything else. */
function goal({ facts, recipients }: CampaignContent, today: string): Found[] {
  const { goal, actBefore, pacePerHour, opens } = facts;
  const offices = recipients.filter(({ email }) => email).length;
  if (!goal || !actBefore || pacePerHour === null || offices === 0) return [];
  const from = Date.parse(opens > today ? opens : today);
  const through = throughBy(from, Math.ceil(goal / offices), pacePerHour, 'UTC');
  if (through === null || dayOf(through) <= actBefore) return [];
  const says = `${goal} letters, ${pacePerHour} an hour to each of ${offices === 1 ? '1 office' : `${offices} offices`}, would take until ${dayOf(through)}, and the day to act before is ${actBefore}. Let more go in an hour, hope for fewer, or leave that day out.`;
  return [stop('goal', says, inFacts('pacePerHour'))];
}

/** Nothing is sent for people of a country where only drafts are offered; its territories are led to the same office. */
function draftOnly(campaign: CampaignContent, world: World): Found[] {
  const { draftOnly } = campaign.facts;
  const unknown = draftOnly
    .filter((each) => !world.has(each))
    .map((code) => doubt('draftOnly', `"${code}" is no country of ISO 3166-1.`, inFacts('draftOnly')));
  const led = [...world.values()].filter(({ code, answeredBy = '' }) => {
    if (!draftOnly.includes(answeredBy) || draftOnly.includes(code)) return false;
    return chooseRecipients(campaign, code, world).state === answeredBy;
  });
  const territories = led.map(({ code, answeredBy }) => {
    const says = `people in "${code}" are led to the office of "${answeredBy}", but their letters would be sent. Add ${code}.`;
    return stop('draftOnly', says, inFacts('draftOnly'));
  });
  return [...unknown, ...territories];
}

function bloc({ facts, recipients }: CampaignContent): Found[] {
  if (!facts.blocs.EU || recipients.some(({ country }) => country === 'EU')) return [];
  return [stop('blocs, EU', 'there is a rule, but no office of the EU on the list.', inList(null))];
}
