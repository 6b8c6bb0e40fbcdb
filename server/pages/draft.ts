import type { FastifyInstance } from 'fastify';
import { choose, findCampaign, meantRecipients, readCountry } from '../acts/choose.ts';
import {
  countPrepared,
  countSaid,
  type Draft,
  draftFile,
  makeDraft,
  newVersion,
  readVersion,
  saidTicket,
} from '../acts/draft.ts';
import { letterLanguage, type SenderWords } from '../acts/write.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import type { Recipient } from '../domain/campaign.ts';
import { LINK_FORMS } from '../domain/drafts.ts';
import { Refusal } from '../domain/errors.ts';
import { markValue } from '../domain/letter.ts';
import { pageLanguage, source as sourceOf, text } from '../http/request.ts';
import { address, campaignNotices, field, type PageParts, sendPage } from './page.ts';
import { sheet } from './sheet.ts';

type Asked = {
  campaign: LiveCampaign;
  recipient: Recipient;
  country: string;
  language: string;
  source: string | undefined;
  /** By what the letter's variants are chosen; null for its main text. */
  version: string | null;
};

/**
 * "Send it yourself": a page of plain links. Nothing about the sender passes through here: without a script they type
 * their name in their own mail, with one the links are made anew in the browser.
 */
export function draftPages(app: FastifyInstance, parts: PageParts): void {
  app.post<{ Params: { slug: string } }>('/c/:slug/draft', async (request, reply) => {
    const read = readAsked(parts, request.params.slug, request.body);
    const asked = { ...read, version: read.version ?? newVersion(parts) };
    const lang = pageLanguage(parts, request);
    await countPrepared(parts, asked.campaign, asked.country, asked.source, [asked.recipient]);
    // Nothing of a person is on this page, so that going back to it from a mail program's page is no new request.
    reply.header('cache-control', 'private, no-cache');
    return sendPage(parts, reply, lang, 'draft', draftModel(parts, lang, asked));
  });

  // The file holds the letter and nobody's name, so it may be fetched by an address; only pages count.
  app.get<{ Params: { slug: string } }>('/c/:slug/draft.eml', async (request, reply) => {
    const asked = readAsked(parts, request.params.slug, request.query);
    const draft = draftOf(parts, asked, unnamed(parts, asked));
    return reply
      .type('message/rfc822')
      .header('content-disposition', 'attachment; filename="letter.eml"')
      .send(draftFile(draft));
  });

  app.post<{ Params: { slug: string } }>('/c/:slug/said', async (request, reply) => {
    const { campaign, country, recipient, source } = readAsked(parts, request.params.slug, request.body);
    const lang = pageLanguage(parts, request);
    await countSaid(parts, campaign, country, recipient, source, text(request.body, 'ticket') ?? '');
    return sendPage(parts, reply, lang, 'said', {
      title: parts.views.say(lang, 'said.title'),
      ...campaignNotices(parts, campaign, lang),
      campaignHref: `${parts.publicUrl()}/c/${campaign.slug}`,
    });
  });
}

function readAsked(parts: PageParts, slug: string, fields: unknown): Asked {
  const campaign = findCampaign(parts, slug);
  const country = readCountry(parts.world, text(fields, 'country') ?? '');
  const id = text(fields, 'recipient');
  const [recipient] = meantRecipients(choose(parts, campaign, country), id ? [id] : undefined);
  if (!recipient) throw new Refusal('not-covered');
  const language = letterLanguage(campaign, recipient, text(fields, 'language') || undefined);
  const version = readVersion(text(fields, 'v'));
  return { campaign, recipient, country, language, source: sourceOf(fields), version };
}

const draftOf = (parts: PageParts, asked: Asked, sender: SenderWords): Draft =>
  makeDraft(parts, asked.campaign, asked.recipient, asked.country, asked.language, sender, asked.version);

/** The letter without a person: where the name belongs stands a word that says so, in the letter's language. */
function unnamed(parts: PageParts, { language }: Asked) {
  return { name: parts.views.say(language, 'draft.placeholder'), place: '', ownWords: '' };
}

function draftModel(parts: PageParts, lang: string, asked: Asked) {
  const { campaign, recipient, country, source, version } = asked;
  const say = (key: string, values = {}) => parts.views.say(lang, key, values);
  const none = unnamed(parts, asked);
  const draft = draftOf(parts, asked, none);
  const query = { country, recipient: recipient.id, language: draft.language, src: source };
  const v = version ?? '';
  const links = draft.to ? linksOf(parts, lang, draft) : [];
  const title = say('draft.title');
  return {
    title,
    scripts: ['draft.ts'],
    back: address({ path: `/c/${campaign.slug}`, query: { ...query, lang } }),
    ...campaignNotices(parts, campaign, lang),
    slug: campaign.slug,
    demonstration: campaign.facts.demonstration,
    lead: say(draft.to ? 'draft.lead' : 'draft.lead.form', { recipient: recipient.name }),
    placeholder: none.name,
    data: JSON.stringify(browserData(parts, asked, draft, none.name)),
    fields: yours(parts, lang, campaign),
    links,
    anyShort: links.some(({ short }) => short),
    // Where no link can carry even the short letter, copying is the way.
    copyFirst: !draft.to || links.length === 0,
    emlHref: draft.to ? address({ path: `/c/${campaign.slug}/draft.eml`, query: { ...query, v } }) : null,
    formHref: draft.form,
    to: draft.to,
    subject: draft.whole.subject,
    body: draft.whole.body,
    saidFields: Object.entries({
      ...query,
      lang,
      v,
      ticket: saidTicket(parts, campaign, country, recipient, source),
    }).map(([name, value]) => ({
      name,
      value: value ?? '',
    })),
    sheet: sheet(parts, lang, {
      language: draft.language,
      to: recipient.name,
      from: none.name,
      fromIsSlot: true,
      subject: draft.whole.subject,
      body: draft.whole.body,
    }),
  };
}

/** The links that can carry the letter, whole or short; those that cannot are left out. */
function linksOf(parts: PageParts, lang: string, { links, carries }: Draft) {
  return LINK_FORMS.flatMap((form) => {
    const href = links[form];
    if (!href) return [];
    return [
      {
        form,
        href,
        label: parts.views.say(lang, `draft.${form}`),
        short: carries[form] === 'short',
        outside: form !== 'mailto',
      },
    ];
  });
}

/** What the script needs to make the draft anew with what is typed: the texts, with places for it. */
function browserData(parts: PageParts, asked: Asked, draft: Draft, placeholder: string) {
  const place = (slot: string) => markValue(slot, '');
  const marks = {
    name: place('name'),
    place: place('place'),
    ownWords: asked.campaign.facts.editing === 'none' ? '' : place('ownWords'),
  };
  const { whole, short } = draftOf(parts, asked, marks);
  return { to: draft.to, whole, short, placeholder };
}

/** Fields that belong to no form: only the script in this page reads them. */
function yours(parts: PageParts, lang: string, campaign: LiveCampaign) {
  const fields = [
    field(parts, lang, 'name', { autocomplete: 'name' }),
    field(parts, lang, 'place', { optional: true, autocomplete: 'address-level2' }),
  ];
  if (campaign.facts.editing !== 'none') fields.push(field(parts, lang, 'ownWords', { rows: 3, optional: true }));
  return fields;
}
