import type { FastifyReply } from 'fastify';
import { choose, keepsRefusing, readCountry, waysTo } from '../acts/choose.ts';
import { tooLate } from '../acts/forecast.ts';
import { letterLanguage } from '../acts/write.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { officeIn, openness } from '../domain/campaign.ts';
import { countryName, NOT_LISTED } from '../domain/countries.ts';
import { type FieldFault, Refusal } from '../domain/errors.ts';
import { dayInWords } from '../domain/letter.ts';
import { dayOf } from '../domain/tally.ts';
import type { FormFields } from '../http/guard.ts';
import { source as sourceOf, text } from '../http/request.ts';
import { address, campaignNotices, type PageParts, sendPage } from './page.ts';
import { letterForm } from './write-form.ts';
import { shownLetter } from './write-letter.ts';
import { type Writing, writeAddress } from './writing.ts';

/** The page for a country: its minister with the letter, or who nobody on the list answers for. `fields`: the query, or the form that comes back. */
export async function sendWritePage(
  parts: PageParts,
  reply: FastifyReply,
  lang: string,
  campaign: LiveCampaign,
  countryGiven: string,
  fields: unknown,
  carries: FormFields,
  faults: readonly FieldFault[] = [],
): Promise<FastifyReply> {
  const country = readCountry(parts.world, countryGiven);
  const choice = choose(parts, campaign, country);
  if (choice.recipients.length === 0) return sendNobodyPage(parts, reply, lang, campaign, country);
  const asked = text(fields, 'recipient');
  const recipient = asked ? choice.recipients.find(({ id }) => id === asked) : choice.meant[0];
  if (!recipient) throw new Refusal('unknown-recipient', { recipient: (asked ?? '').slice(0, 64) });
  const arrives = letterLanguage(campaign, recipient, text(fields, 'language'));
  const typed = faults.length > 0 ? (fields as Record<string, unknown>) : {};
  const writing: Writing = {
    campaign,
    choice,
    country,
    recipient,
    lang,
    arrives,
    shown: text(fields, 'show'),
    source: sourceOf(fields),
    typed,
    faults,
    carries,
  };
  return sendPage(parts, reply, lang, 'write', writeModel(parts, writing), faults.length > 0 ? 422 : 200);
}

function writeModel(parts: PageParts, writing: Writing) {
  const { campaign, country, recipient, lang, source } = writing;
  const say = (key: string, values = {}) => parts.views.say(lang, key, values);
  const heading = say('write.title', { recipient: recipient.name });
  const ways = waysTo(campaign, recipient, country);
  const isOpen = openness(campaign, dayOf(parts.now())) === 'open';
  const canSend = ways.includes('send') && isOpen;
  return {
    title: heading,
    heading,
    here: {
      path: `/c/${campaign.slug}`,
      query: { country, recipient: recipient.id, language: writing.arrives, src: source },
    },
    back: address({ path: `/c/${campaign.slug}`, query: { lang, src: source } }),
    scripts: writing.carries.work ? ['fill.ts', 'work.ts'] : ['fill.ts'],
    faults: topDown(writing.faults),
    slug: campaign.slug,
    ...campaignNotices(parts, campaign, lang),
    badge: recipient.country,
    office: say('write.office', { office: officeIn(recipient, lang), country: countryName(recipient.country, lang) }),
    signed: signed(parts, writing),
    reason: reason(parts, writing),
    ...shownLetter(parts, writing),
    formOnly: !ways.includes('draft'),
    draftFields: [
      { name: 'country', value: country },
      { name: 'recipient', value: recipient.id },
      { name: 'language', value: writing.arrives },
      { name: 'lang', value: lang },
      { name: 'src', value: source ?? '' },
    ],
    form: canSend ? letterForm(parts, writing) : null,
    late: canSend ? late(parts, writing) : null,
    closed: closed(parts, writing, isOpen),
    beside: beside(parts, writing),
  };
}

/** The faults as the form has their fields: own words first. */
function topDown(faults: readonly FieldFault[]): FieldFault[] {
  const isFirst = ({ field }: FieldFault) => Number(field === 'ownWords');
  return faults.toSorted((a, b) => isFirst(b) - isFirst(a));
}

/** Why there is no form, where there is none: for an office that takes only its own form that is said above already. */
function closed(parts: PageParts, { campaign, country, recipient, lang }: Writing, isOpen: boolean): string | null {
  if (!isOpen) return parts.views.say(lang, 'send.closed');
  if (campaign.facts.draftOnly.includes(country))
    return parts.views.say(lang, 'send.draftOnly', { country: countryName(country, lang) });
  return keepsRefusing(campaign, recipient)
    ? parts.views.say(lang, 'send.refusing', { recipient: recipient.name })
    : null;
}

/** Why a draft is the better way, where a letter that is carried would leave after the day the campaign names. */
function late(parts: PageParts, { campaign, recipient, lang, faults }: Writing) {
  const leaves = tooLate(campaign, recipient, parts.now());
  if (leaves === null) return null;
  const values = { when: dayInWords(dayOf(leaves), lang), day: dayInWords(campaign.facts.actBefore ?? '', lang) };
  return { text: parts.views.say(lang, 'send.late', values), open: faults.length > 0 };
}

/** Who of the sender's parliament signed the first letter. */
function signed(parts: PageParts, { campaign, recipient, lang }: Writing): string | null {
  const own = campaign.signatories.filter(({ country }) => country === recipient.country);
  if (own.length === 0) return null;
  const names = new Intl.ListFormat(lang, { type: 'conjunction' }).format(own.map(({ name }) => name));
  // Only who is listed with an office in parliament is said to sit there.
  const key = own.every(({ role }) => role !== '') ? 'write.signed' : 'write.signed.plain';
  return parts.views.say(lang, key, { names });
}

/** Why it is this office, where that is not plain. */
function reason(parts: PageParts, { choice, country, recipient, lang }: Writing): string | null {
  const name = countryName(country, lang);
  if (choice.reason === 'bloc-only')
    return parts.views.say(lang, 'write.reason.bloc-only', { country: name, recipient: recipient.name });
  const isNational = recipient.country === choice.state;
  if (choice.state === country || !isNational) return null;
  return parts.views.say(lang, 'write.territory', { country: name, state: countryName(choice.state, lang) });
}

/** The other office somebody can write to as well. */
function beside(parts: PageParts, writing: Writing): Record<string, string> | null {
  const { choice, recipient, lang } = writing;
  const other = choice.recipients.find(({ id }) => id !== recipient.id);
  if (!other) return null;
  const isNational = choice.meant.includes(other);
  const say = (key: string) => parts.views.say(lang, key, { recipient: other.name });
  return {
    text: isNational ? '' : say('write.also'),
    link: say(isNational ? 'write.national' : 'write.also.read'),
    href: writeAddress(writing, { recipient: other.id }),
  };
}

async function sendNobodyPage(
  parts: PageParts,
  reply: FastifyReply,
  lang: string,
  campaign: LiveCampaign,
  country: string,
): Promise<FastifyReply> {
  const path = `/c/${campaign.slug}`;
  const heading =
    country === NOT_LISTED
      ? parts.views.say(lang, 'nobody.title.unlisted')
      : parts.views.say(lang, 'nobody.title', { country: countryName(country, lang) });
  return sendPage(parts, reply, lang, 'nobody', {
    title: heading,
    heading,
    here: { path, query: { country } },
    back: address({ path, query: { lang } }),
    backgroundHref: address({ path: `${path}/background`, query: { lang } }),
    offices: campaign.recipients.length,
    contact: campaign.facts.organiser.contact,
    ...campaignNotices(parts, campaign, lang),
  });
}
