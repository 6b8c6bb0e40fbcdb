import type { CampaignContent, Recipient } from '../../domain/campaign.ts';
import type { World } from '../../domain/countries.ts';
import { everyChoice } from '../../domain/recipients.ts';
import { isReserved } from '../placeholders.ts';
import { hostOf } from './facts.ts';
import { doubt, type Found, fault, inList, stop } from './found.ts';

/** The offices on a list: whether they can be reached, by whom, and whether it is said where they were found. */
export function officesFound(campaign: CampaignContent, world: World): Found[] {
  const { facts, recipients } = campaign;
  if (recipients.length === 0)
    return [fault('recipients.csv', 'there is no office on the list. Add one.', inList(null))];
  const led = ledTo(campaign, world);
  return recipients.flatMap((each) => [
    ...reachable(each, facts.demonstration),
    ...vouched(each),
    ...(led.has(each.id) ? foreign(each, world) : [unled(each)]),
  ]);
}

function reachable({ id, email, contactForm }: Recipient, demonstration: boolean): Found[] {
  if (!email && !contactForm) {
    const says = 'the office has neither an address nor a web form. Add one, or take it off the list.';
    return [fault(id, says, inList(id))];
  }
  const hosts = [hostOf(email), hostOf(contactForm)].filter((host) => host !== null);
  return hosts
    .filter((host) => isReserved(host) !== demonstration)
    .map((host) => {
      const says = demonstration
        ? `${host} could be real. A demonstration may hold only addresses under .example, .test or .invalid.`
        : `${host} is a placeholder that no mail can reach. Give the office's real address.`;
      return fault(id, says, inList(id));
    });
}

function vouched({ id, source, checkedOn }: Recipient): Found[] {
  const found: Found[] = [];
  if (!source) found.push(stop(id, 'it is not said where its address was found.', inList(id)));
  if (!checkedOn) found.push(stop(id, 'it is not said when its address was last looked at.', inList(id)));
  return found;
}

/** The ids of the offices that residents of some country are led to. */
function ledTo(campaign: CampaignContent, world: World): Set<string> {
  return new Set(
    [...everyChoice(campaign, world).values()].flatMap(({ recipients }) => recipients.map(({ id }) => id)),
  );
}

function unled({ id, country }: Recipient): Found {
  const why = country === 'EU' ? 'there is no rule blocs.EU' : `no resident of "${country}"`;
  return stop(id, `nobody is led to this office (${why}).`, inList(id));
}

/** An address below another country's domain: perhaps the country is wrong, and its people are led to a stranger. */
function foreign({ id, country, email }: Recipient, world: World): Found[] {
  const top = hostOf(email)?.split('.').at(-1)?.toUpperCase() ?? '';
  // The United Kingdom's domain is not its ISO code.
  const owner = top === 'UK' ? 'GB' : top;
  const isOwn = [country, world.get(country)?.answeredBy].includes(owner) || country === 'EU';
  if (isOwn || !world.has(owner)) return [];
  const says = `its address ends in .${top.toLowerCase()}, but people in "${country}" are led to it. Is the country right?`;
  return [doubt(id, says, inList(id))];
}
