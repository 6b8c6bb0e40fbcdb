import { parseAddress } from '../domain/address.ts';
import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { textName } from '../domain/letter.ts';
import { chooseRecipients } from '../domain/recipients.ts';
import { dayOf } from '../domain/tally.ts';
import { isVariants, variantsName } from '../domain/variants.ts';
import { type CompiledLetter, compileLetter, LetterFault } from '../views/letters.ts';
import { draftDoubts } from './fit.ts';
import { likenessDoubts } from './likeness.ts';
import { isReserved, placeholderField, placeholderIn } from './placeholders.ts';
import { groupsOf, variantFaults } from './variants.ts';
import type { Remark } from './wording.ts';

/** What stands against a launch, and what should be looked at but does not. */
export type Checked = { faults: string[]; doubts: string[] };

/** Looks at a campaign as a whole before it may be opened. `today` is a UTC day. */
export function checkCampaign(campaign: CampaignContent, world: World, today = dayOf(Date.now())): Checked {
  const letters = compiledLetters(campaign);
  const led = ledTo(campaign, world);
  return {
    faults: [
      ...organiserFaults(campaign),
      ...dateFaults(campaign, today),
      ...wordFaults(campaign),
      ...officeFaults(campaign),
      ...missingLetters(campaign),
      ...letters.faults,
      ...placeholderFaults(campaign),
    ],
    doubts: [
      ...campaignDoubts(campaign, world),
      ...officeDoubts(campaign, led),
      ...draftDoubts(campaign, letters.compiled),
      ...likenessDoubts(campaign, letters.compiled),
    ],
  };
}

/** What `content` would bring that would have kept a campaign from opening, and that `before` has not. */
export function newFaults(content: CampaignContent, before: CampaignContent, world: World, today: string): string[] {
  const known = checkCampaign(before, world, today).faults;
  return checkCampaign(content, world, today).faults.filter((fault) => !known.includes(fault));
}

function organiserFaults({ facts: { organiser, demonstration } }: CampaignContent): string[] {
  const faults: string[] = [];
  for (const key of ['name', 'address', 'contact', 'privacy'] as const) {
    const found = organiser[key] === undefined ? null : placeholderField(organiser[key]);
    if (found) faults.push(`organiser, ${key}: ${found} is a placeholder. Say who stands behind the campaign.`);
  }
  if (organiser.contact.trim() === '')
    faults.push('organiser, contact: is missing. Say how the organiser can be reached.');
  for (const key of ['contact', 'privacy'] as const) {
    const host = hostOf(organiser[key]);
    if (host && isReserved(host) && !demonstration)
      faults.push(`organiser, ${key}: nobody can be reached at ${host}. Give a real one.`);
  }
  return faults;
}

/** The host of an address or web address; null for a telephone number and the like. */
function hostOf(text = ''): string | null {
  const parsed = parseAddress(text);
  const address = parsed.ok ? parsed.address : text;
  return /@([^\s>,;]+)/.exec(address)?.[1] ?? (URL.parse(text)?.hostname || null);
}

function dateFaults({ facts }: CampaignContent, today: string): string[] {
  const { opens, actBefore, closes, demonstration } = facts;
  const faults: string[] = [];
  if (closes < today && !demonstration) faults.push(`closes: ${closes} is past. Give a later day.`);
  if (actBefore && (actBefore < opens || actBefore > closes)) {
    faults.push(`actBefore: ${actBefore} does not lie between opens (${opens}) and closes (${closes}).`);
  }
  return faults;
}

function wordFaults({ facts }: CampaignContent): string[] {
  return facts.languages.flatMap((language) =>
    (['title', 'summary'] as const)
      .filter((key) => !Object.hasOwn(facts[key], language))
      .map(
        (key) =>
          `${key}: there is none in "${language}", a language of the campaign. Write it, or take the language out.`,
      ),
  );
}

function officeFaults({ facts, recipients }: CampaignContent): string[] {
  if (recipients.length === 0) return ['recipients.csv: there is no office on the list. Add one.'];
  return recipients.flatMap((recipient) => {
    const { id, email, contactForm } = recipient;
    if (!email && !contactForm)
      return [`${id}: the office has neither an address nor a web form. Add one, or take it off the list.`];
    const hosts = [hostOf(email), hostOf(contactForm)].filter((host) => host !== null);
    const wrong = hosts.filter((host) => isReserved(host) !== facts.demonstration);
    return wrong.map((host) =>
      facts.demonstration
        ? `${id}: ${host} could be real. A demonstration may hold only addresses under .example, .test or .invalid.`
        : `${id}: ${host} is a placeholder that no mail can reach. Give the office's real address.`,
    );
  });
}

function missingLetters({ facts, recipients, texts }: CampaignContent): string[] {
  return facts.languages.flatMap((language) => {
    const without = recipients.filter(({ id }) => !textName(texts, language, id)).map(({ id }) => id);
    if (without.length === 0) return [];
    const some =
      without.length > 3 ? `${without.slice(0, 3).join(', ')} and ${without.length - 3} more` : without.join(', ');
    return [`${language}.hbs: there is no letter in "${language}" for ${some}. Write it, or take the language out.`];
  });
}

function compiledLetters({ texts }: CampaignContent): { compiled: Map<string, CompiledLetter>; faults: string[] } {
  const compiled = new Map<string, CompiledLetter>();
  const faults: string[] = [];
  const say = (name: string, { line, text }: Remark) =>
    faults.push(`${name}.hbs${line === null ? '' : `, line ${line}`}: ${text}`);
  for (const [name, text] of Object.entries(texts).filter(([each]) => !isVariants(each))) {
    try {
      compiled.set(name, compileLetter(text));
      const variants = variantsName(name);
      const wrong = texts[variants] === undefined ? [] : variantFaults(texts[variants], text);
      for (const remark of wrong) say(variants, remark);
      if (wrong.length === 0) compiled.set(name, compileLetter(text, groupsOf(texts, name)));
    } catch (error) {
      if (!(error instanceof LetterFault)) throw error;
      say(name, { line: error.line, text: `The letter ${error.message}.` });
    }
  }
  return { compiled, faults };
}

function placeholderFaults({ facts, recipients, texts }: CampaignContent): string[] {
  const written: [string, string][] = [
    ...Object.entries(texts).map(([name, text]): [string, string] => [`${name}.hbs`, text]),
    ...(['title', 'summary', 'background'] as const).flatMap((key) =>
      Object.entries(facts[key] ?? {}).map(([language, text]): [string, string] => [`${key}, ${language}`, text]),
    ),
    ...recipients.flatMap(({ id, name, office, salutation, offices, salutations }) =>
      [name, office, salutation, ...Object.values(offices), ...Object.values(salutations)].map(
        (text): [string, string] => [id, text],
      ),
    ),
  ];
  return written.flatMap(([where, text]) => {
    // The letter's own variables are filled by the tool.
    const found = placeholderIn(text.replace(/\{\{[^{}]*\}\}/g, ''));
    return found ? [`${where}: ${found} was never filled in.`] : [];
  });
}

function campaignDoubts({ facts, recipients }: CampaignContent, world: World): string[] {
  const doubts: string[] = [];
  const { organiser, blocs, draftOnly, reviewedBy, languages, demonstration } = facts;
  if (!organiser.privacy) doubts.push('organiser, privacy: is missing. Where do people ask what is kept of them?');
  if (!organiser.address) doubts.push('organiser, address: is missing. Many countries ask for a postal address.');
  for (const language of languages.filter((each) => !reviewedBy[each]))
    doubts.push(`reviewedBy: nobody has read over the "${language}" texts.`);
  for (const code of draftOnly.filter((each) => !world.has(each)))
    doubts.push(`draftOnly: "${code}" is no country of ISO 3166-1.`);
  if (blocs.EU && !recipients.some(({ country }) => country === 'EU'))
    doubts.push('blocs, EU: there is a rule, but no office of the EU on the list.');
  if (!demonstration)
    doubts.push('DNS: whether the records of the sending domain are in order cannot be seen from here.');
  return doubts;
}

/** The ids of the offices that residents of some country are led to. */
function ledTo(campaign: CampaignContent, world: World): Set<string> {
  return new Set(
    [...world.keys()].flatMap((country) => chooseRecipients(campaign, country, world).recipients.map(({ id }) => id)),
  );
}

function officeDoubts({ recipients }: CampaignContent, led: ReadonlySet<string>): string[] {
  return recipients.flatMap((recipient: Recipient) => {
    const { id, country, source, checkedOn } = recipient;
    const doubts: string[] = [];
    if (!source) doubts.push(`${id}: it is not said where its address was found.`);
    if (!checkedOn) doubts.push(`${id}: it is not said when its address was last looked at.`);
    if (!led.has(id))
      doubts.push(
        `${id}: nobody is led to this office (${country === 'EU' ? 'there is no rule blocs.EU' : `no resident of "${country}"`}).`,
      );
    return doubts;
  });
}
