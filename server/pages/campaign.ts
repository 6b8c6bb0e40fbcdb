import type { FastifyInstance } from 'fastify';
import { findCampaign } from '../acts/choose.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { inLanguage, languageOf } from '../domain/campaign.ts';
import { countryList, countryName, NOT_LISTED } from '../domain/countries.ts';
import type { FieldFault } from '../domain/errors.ts';
import { splitLetter } from '../domain/letter.ts';
import { COUNTERS, publicTally, STEP } from '../domain/tally.ts';
import type { Guard } from '../http/guard.ts';
import { pageLanguage, source as sourceOf, text } from '../http/request.ts';
import { address, campaignNotices, faultOf, type PageParts, sendPage } from './page.ts';
import { sendWritePage } from './write.ts';

/** `GET /c/:slug`: what the campaign is about, and the one question. With `?country=` it is the letter's page. */
export function campaignPage(app: FastifyInstance, parts: PageParts, guard: Guard): void {
  app.get<{ Params: { slug: string } }>('/c/:slug', async (request, reply) => {
    const campaign = findCampaign(parts, request.params.slug);
    const language = pageLanguage(parts, request);
    const country = text(request.query, 'country');
    if (country) {
      const carries = await guard.formFields(request, null);
      return sendWritePage(parts, reply, language, campaign, country, request.query, carries);
    }
    const faults: FieldFault[] = country === '' ? [{ field: 'country', fault: 'fault.country.missing' }] : [];
    const source = sourceOf(request.query);
    return sendPage(
      parts,
      reply,
      language,
      'campaign',
      await campaignModel(parts, campaign, language, source, faults),
      faults.length > 0 ? 422 : 200,
    );
  });

  app.get<{ Params: { slug: string } }>('/c/:slug/background', async (request, reply) => {
    const campaign = findCampaign(parts, request.params.slug);
    const language = pageLanguage(parts, request);
    const path = `/c/${campaign.slug}`;
    return sendPage(parts, reply, language, 'background', {
      title: parts.views.say(language, 'background.title'),
      here: { path: `${path}/background` },
      back: address({ path, query: { lang: language } }),
      ...campaignNotices(parts, campaign, language),
      ...background(campaign, language),
      ...signatories(parts, campaign, language),
    });
  });
}

async function campaignModel(
  parts: PageParts,
  campaign: LiveCampaign,
  language: string,
  source: string | undefined,
  faults: FieldFault[],
) {
  const { facts, slug } = campaign;
  const heading = inLanguage(facts.title, language, facts);
  return {
    title: heading,
    heading,
    titleLanguage: languageOf(facts.title, language, facts),
    summary: inLanguage(facts.summary, language, facts),
    summaryLanguage: languageOf(facts.summary, language, facts),
    here: { path: `/c/${slug}`, query: { src: source } },
    faults,
    countryFault: faultOf(parts, language, faults, 'country'),
    slug,
    source: source ?? '',
    countries: countryList(parts.world, language),
    notListed: NOT_LISTED,
    ...campaignNotices(parts, campaign, language),
    ...(await counts(parts, campaign, language)),
    sheet: beginning(parts, campaign, language),
    ...signatories(parts, campaign, language),
    ...background(campaign, language),
    organiser: facts.organiser.name,
    contact: facts.organiser.contact,
  };
}

/** The three numbers that matter to a reader, and what each word means. */
async function counts(parts: PageParts, campaign: LiveCampaign, language: string) {
  const exact = await parts.store.tally.sums(campaign.slug, 'all', 'country');
  const seen = publicTally(exact);
  const numbers = new Intl.NumberFormat(language);
  const show = (n: number | null) =>
    n === null ? parts.views.say(language, 'count.few', { step: STEP }) : numbers.format(n);
  const countries = seen.byCountry.filter((row) => row.sent !== null || row.prepared !== null).length;
  const say = (key: string) => parts.views.say(language, key);
  return {
    counts: [
      { number: show(seen.sent), label: say('count.sent') },
      { number: show(seen.prepared), label: say('count.prepared') },
      ...(countries > 0 ? [{ number: numbers.format(countries), label: say('count.countries') }] : []),
    ],
    meanings: COUNTERS.map((counter) => ({ name: say(`tally.name.${counter}`), text: say(`tally.${counter}`) })),
    step: STEP,
  };
}

/** How the letter begins, before anything is chosen: what follows the greeting, up to where offices differ. */
function beginning(parts: PageParts, campaign: LiveCampaign, language: string) {
  const letterLanguage = [language, ...campaign.facts.languages].find((each) => each in campaign.texts);
  const parsed = letterLanguage ? splitLetter(campaign.texts[letterLanguage] ?? '') : null;
  if (!letterLanguage || !parsed) return null;
  const plain = parsed.body.split(/\n{2,}/).filter((paragraph) => !paragraph.includes('{{'));
  return {
    language: letterLanguage,
    label: parts.views.say(language, 'campaign.sheet.label'),
    labels: {
      to: parts.views.say(language, 'sheet.to'),
      from: '',
      reply: '',
      subject: parts.views.say(language, 'sheet.subject'),
    },
    to: parts.views.say(language, 'campaign.sheet.to'),
    from: null,
    fromIsSlot: false,
    replyTo: null,
    subject: parsed.subject.includes('{{') ? '' : parsed.subject,
    body: `${plain.slice(0, 2).join('\n\n')} …`,
    filling: false,
  };
}

function background(campaign: LiveCampaign, language: string) {
  const texts = campaign.facts.background;
  if (!texts) return { background: null, backgroundLanguage: language };
  return {
    background: inLanguage(texts, language, campaign.facts),
    backgroundLanguage: languageOf(texts, language, campaign.facts),
  };
}

/** Who wrote first, by country in the order of the list. */
function signatories(parts: PageParts, campaign: LiveCampaign, language: string) {
  const groups = new Map<string, string[]>();
  for (const { name, role, country } of campaign.signatories) {
    groups.set(country, [...(groups.get(country) ?? []), role ? `${name}, ${role}` : name]);
  }
  const countries = [...groups.keys()].filter((country) => country !== 'EU').length;
  const key = groups.has('EU') ? 'campaign.signatories.eu' : 'campaign.signatories';
  return {
    signatories: [...groups].map(([country, names]) => ({ country: countryName(country, language), names })),
    signatoriesTitle: parts.views.say(language, key, { n: campaign.signatories.length, countries }),
  };
}
