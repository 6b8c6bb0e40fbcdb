import type { FastifyInstance } from 'fastify';
import { choose, findCampaign, meantRecipients, readCountry, waysTo } from '../acts/choose.ts';
import { letterLanguage, UNSIGNED, writeLetter } from '../acts/write.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { officeIn } from '../domain/campaign.ts';
import { countryName } from '../domain/countries.ts';
import { publicTally } from '../domain/tally.ts';
import { pageLanguage, text } from '../http/request.ts';
import type { Parts } from '../parts.ts';

type Slug = { Params: { slug: string } };

/** What anybody may ask about campaigns: facts, offices, letters, numbers. Addresses of offices are never told. */
export function campaignCalls(app: FastifyInstance, parts: Parts): void {
  app.get('/api/campaigns', async () => ({ campaigns: parts.campaigns.open().map(facts) }));

  app.get<Slug>('/api/campaigns/:slug', async (request) => facts(findCampaign(parts, request.params.slug)));

  app.get<Slug>('/api/campaigns/:slug/recipients', async (request) => {
    const campaign = findCampaign(parts, request.params.slug);
    const country = readCountry(parts.world, text(request.query, 'country') ?? '');
    const language = pageLanguage(parts, request);
    const { recipients, reason } = choose(parts, campaign, country);
    return {
      recipients: recipients.map((recipient) => ({
        id: recipient.id,
        country: recipient.country,
        name: recipient.name,
        office: officeIn(recipient, language),
        language: letterLanguage(campaign, recipient, undefined),
        channels: waysTo(campaign, recipient, country),
      })),
      reason,
      explanation: parts.views.say(language, `reason.${reason}`, { country: countryName(country, language) }),
    };
  });

  app.get<Slug>('/api/campaigns/:slug/letter', async (request) => {
    const campaign = findCampaign(parts, request.params.slug);
    const country = readCountry(parts.world, text(request.query, 'country') ?? '');
    const asked = text(request.query, 'recipient');
    const [recipient] = meantRecipients(choose(parts, campaign, country), asked ? [asked] : undefined);
    if (!recipient) return undefined;
    const language = letterLanguage(campaign, recipient, text(request.query, 'language'));
    const letter = writeLetter({ campaign, recipient, country, language }, UNSIGNED, parts.now());
    return { ...letter, language, version: String(campaign.revision) };
  });

  app.get<Slug>('/api/campaigns/:slug/tally', async (request) => {
    const campaign = findCampaign(parts, request.params.slug);
    const tally = publicTally(await parts.store.tally.sums(campaign.slug));
    return { ...tally, updatedAt: new Date(parts.now()).toISOString() };
  });
}

/** A campaign's public facts. */
function facts(campaign: LiveCampaign) {
  const { title, summary, organiser, opens, actBefore, closes, goal, languages, editing, demonstration } =
    campaign.facts;
  return {
    slug: campaign.slug,
    title,
    summary,
    state: campaign.state,
    opens,
    actBefore: actBefore ?? null,
    closes,
    goal: goal ?? null,
    languages,
    editing,
    countries: campaign.covered,
    organiser,
    demonstration,
  };
}
