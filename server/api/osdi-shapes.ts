import { type Campaign, inLanguage, type Recipient } from '../domain/campaign.ts';
import type { OfficeDay } from '../store/cells.ts';

/** Where the API lies, for links; without a slash at the end. */
export type Place = { api: string; site: string };
export type Page = { page: number; perPage: number; all: number };

const SYSTEM = 'Dear Minister';
const NAMESPACE = 'dear_minister';
const HOME = 'https://opensupporter.github.io/osdi-docs/{rel}.html';

/** OSDI 1.2's shapes (https://opensupporter.github.io/osdi-docs/), as HAL (draft-kelly-json-hal). */
export const CURIES = [{ name: 'osdi', href: HOME, templated: true }];

/** The API Entry Point: what there is, by links. There are no people. */
export function entryPoint({ api, site }: Place, maxPage: number) {
  return {
    motd: 'Campaigns and how many letters they sent. There are no people here.',
    max_pagesize: maxPage,
    _links: {
      curies: CURIES,
      self: { href: api, title: 'This API entry point' },
      'osdi:advocacy_campaigns': { href: `${api}/advocacy_campaigns`, title: 'The campaigns that the token reads' },
      docs: { href: `${site}/openapi.json`, title: 'Documentation', name: 'Docs' },
    },
  };
}

/** A collection's page, as all of OSDI's have them. */
export function collection(rel: string, href: string, { page, perPage, all }: Page, items: readonly Linked[]) {
  const pages = Math.max(1, Math.ceil(all / perPage));
  const link = (n: number) => ({ href: `${href}?page=${n}&per_page=${perPage}` });
  return {
    total_pages: pages,
    per_page: perPage,
    page,
    total_records: all,
    _links: {
      curies: CURIES,
      self: link(page),
      ...(page > 1 ? { previous: link(page - 1) } : {}),
      ...(page < pages ? { next: link(page + 1) } : {}),
      [rel]: items.map(({ _links }) => ({ href: _links.self.href })),
    },
    _embedded: { [rel]: items },
  };
}
type Linked = { _links: { self: { href: string } } };

/** A campaign. `total_outreaches`: letters that are sent, bounced ones not among them. */
export function advocacyCampaign(
  { api, site }: Place,
  campaign: Pick<Campaign, 'slug' | 'state' | 'facts' | 'recipients' | 'texts'> & { changedAt: number },
  sent: number,
) {
  const { slug, state, facts } = campaign;
  const language = facts.languages[0] ?? '';
  const href = `${api}/advocacy_campaigns/${slug}`;
  return {
    identifiers: [`${NAMESPACE}:${slug}`],
    origin_system: SYSTEM,
    modified_date: new Date(campaign.changedAt).toISOString(),
    name: slug,
    title: inLanguage(facts.title, language, facts),
    description: facts.background ? inLanguage(facts.background, language, facts) : '',
    summary: inLanguage(facts.summary, language, facts),
    type: 'email',
    templates: facts.languages.flatMap((each) => campaign.texts[each] ?? []),
    browser_url: `${site}/c/${slug}`,
    total_outreaches: sent,
    targets: campaign.recipients.map(target),
    [`${NAMESPACE}:state`]: state,
    _links: { curies: CURIES, self: { href }, 'osdi:outreaches': { href: `${href}/outreaches` } },
  };
}

/**
 * All letters of one day to one office that came to one state, together: OSDI's outreach is one person's, and there are
 * no persons here. How many they are, and what became of them, has names of its own, for OSDI has none.
 */
export function outreach({ api }: Place, slug: string, row: OfficeDay, recipient: Recipient | undefined) {
  const campaign = `${api}/advocacy_campaigns/${slug}`;
  const id = `${row.day}.${row.recipient}.${row.counter}`;
  const day = `${row.day}T00:00:00Z`;
  return {
    identifiers: [`${NAMESPACE}:${slug}/${id}`],
    origin_system: SYSTEM,
    created_date: day,
    action_date: day,
    type: 'email',
    targets: recipient ? [target(recipient)] : [],
    [`${NAMESPACE}:recipient`]: row.recipient,
    [`${NAMESPACE}:status`]: row.counter,
    [`${NAMESPACE}:count`]: row.n,
    _links: {
      self: { href: `${campaign}/outreaches/${id}` },
      'osdi:advocacy_campaign': { href: campaign },
    },
  };
}

/** An office-holder. Their name stays whole, for nobody can tell where it parts; the address is not told. */
function target({ office, name, country }: Recipient) {
  const isState = country !== 'EU';
  return {
    title: office,
    family_name: name,
    ...(isState ? { ocdid: `ocd-division/country:${country.toLowerCase()}` } : { organization: 'European Union' }),
  };
}
