import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { confirm, openSubmission, type Proof } from '../acts/confirm.ts';
import { nextLeavesAt } from '../acts/forecast.ts';
import type { SubmissionContent } from '../acts/submit.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { CONSENT_VERSION } from '../domain/confirmation.ts';
import { type FieldFault, Refusal } from '../domain/errors.ts';
import { markValue, momentInWords } from '../domain/letter.ts';
import { oneWordIn } from '../domain/likeness.ts';
import { pageLanguage, preferredLanguage, text } from '../http/request.ts';
import { address, campaignNotices, faultOf, type PageParts, sendPage } from './page.ts';
import { sheet } from './sheet.ts';

/**
 * The page with the letter as it will go and one button, and the act itself. A GET never confirms: mail scanners
 * follow links. The link in the mail leads to `/confirm/:token`; the code typed from it to `POST /code`.
 */
export function confirmPages(app: FastifyInstance, parts: PageParts): void {
  app.get<{ Params: { token: string } }>('/confirm/:token', async (request, reply) => {
    const { token } = request.params;
    return sendCheckPage(parts, reply, askedLanguage(parts, request), { token }, `/confirm/${token}`, []);
  });

  app.post<{ Params: { token: string } }>('/confirm/:token', async (request, reply) => {
    return act(parts, reply, pageLanguage(parts, request), { token: request.params.token });
  });

  app.post('/code', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    const proof = { handle: text(request.body, 'handle') ?? '', code: text(request.body, 'code') ?? '' };
    const hidden = [
      { name: 'handle', value: proof.handle },
      { name: 'code', value: proof.code },
    ];
    try {
      return await sendCheckPage(parts, reply, { asked: lang, preferred: lang }, proof, '/code/confirm', hidden);
    } catch (error) {
      if (!(error instanceof Refusal) || error.faults.length === 0) throw error;
      return sendCodePage(parts, reply, lang, proof.handle, error.faults);
    }
  });

  app.post('/code/confirm', async (request, reply) => {
    return act(parts, reply, pageLanguage(parts, request), {
      handle: text(request.body, 'handle') ?? '',
      code: text(request.body, 'code') ?? '',
    });
  });
}

const SOON = 10 * 60_000;

type Spoken = { asked: string | null; preferred: string };

/** The link in a mail carries no language: the page speaks the one the letter was written from, unless another is asked for. */
function askedLanguage(parts: PageParts, request: FastifyRequest): Spoken {
  const preferred = preferredLanguage(parts, request);
  return { asked: text(request.query, 'lang') ? pageLanguage(parts, request) : null, preferred };
}

type Hidden = { name: string; value: string }[];

async function sendCheckPage(
  parts: PageParts,
  reply: FastifyReply,
  { asked, preferred }: Spoken,
  proof: Proof,
  action: string,
  hidden: Hidden,
): Promise<FastifyReply> {
  const { row, content } = await openSubmission(parts, proof);
  // Confirmed before: the same answer again, which changes nothing.
  if (!content) return act(parts, reply, asked ?? preferred, proof);
  const campaign = parts.campaigns.get(row.campaign);
  if (!campaign) throw new Refusal('unknown-link');
  const lang = asked ?? content.lang;
  const say = (key: string, values = {}) => parts.views.say(lang, key, values);
  const names = content.letters.map(
    ({ recipient }) => campaign.recipients.find(({ id }) => id === recipient)?.name ?? recipient,
  );
  const list = new Intl.ListFormat(lang, { type: 'conjunction' });
  return sendPage(parts, reply, lang, 'check', {
    title: say('check.title'),
    ...('token' in proof ? { here: { path: action } } : {}),
    ...campaignNotices(parts, campaign, lang),
    count: names.length,
    sheets: sheets(parts, lang, campaign, content, names),
    ...ownWords(parts, lang, campaign, content, row.country),
    consent: say(`consent.${CONSENT_VERSION}`, {
      organiser: campaign.facts.organiser.name,
      recipients: list.format(names),
    }),
    action,
    hidden: [...hidden, { name: 'lang', value: lang }],
    button:
      names.length === 1
        ? say('check.button', { recipient: names[0] ?? '' })
        : say('check.button.many', { n: names.length }),
  });
}

/** How much of the letter is the sender's own; where nothing is, how they can change that. Nothing where a campaign takes no own words. */
function ownWords(
  parts: PageParts,
  lang: string,
  { slug, facts }: LiveCampaign,
  { own, letters }: SubmissionContent,
  country: string,
) {
  // One that was written before this was counted says nothing of it.
  if (facts.editing === 'none' || !own) return { own: null, addHref: null };
  const [first] = letters;
  const query = { country, recipient: first?.recipient, language: first?.language, lang };
  const share = oneWordIn(own);
  if (share === null) return { own: null, addHref: address({ path: `/c/${slug}`, query }) };
  const n = letters.length;
  const words = new Intl.NumberFormat(lang).format(share);
  return { own: parts.views.say(lang, share === 1 ? 'check.own.most' : 'check.own', { words, n }), addHref: null };
}

function sheets(parts: PageParts, lang: string, campaign: LiveCampaign, content: SubmissionContent, names: string[]) {
  return content.letters.map((letter, i) =>
    sheet(parts, lang, {
      language: letter.language,
      to: names[i] ?? '',
      from: parts.views.say(lang, 'check.from', { name: content.name, organiser: campaign.facts.organiser.name }),
      replyTo: content.email,
      subject: letter.subject,
      body: tinted(letter.body, content),
    }),
  );
}

/** Marks what the sender typed where it stands in the letter: their own words, and their name below it. */
function tinted(body: string, { name, place, ownWords }: SubmissionContent): string {
  const paragraphs = ownWords.split(/\n{2,}/).filter(Boolean);
  const words = paragraphs.reduce(
    (text, paragraph) => tint(text, 'ownWords', paragraph, text.indexOf(paragraph)),
    body,
  );
  return [['name', name] as const, ['place', place] as const].reduce((text, [slot, value]) => {
    const at = value ? text.indexOf(`\n${value}`) : -1;
    return tint(text, slot, value, at < 0 ? at : at + 1);
  }, words);
}

/** Marks a value on lines of its own, where there are such, for a short one stands within other words too; or else at a place. */
function tint(text: string, slot: string, value: string, otherwise: number): string {
  const alone = value ? `${text}\n`.indexOf(`\n${value}\n`) : -1;
  const at = alone < 0 ? otherwise : alone + 1;
  return at < 0 ? text : `${text.slice(0, at)}${markValue(slot, value)}${text.slice(at + value.length)}`;
}

async function act(parts: PageParts, reply: FastifyReply, lang: string, proof: Proof): Promise<FastifyReply> {
  const { campaign: slug, letters } = await confirm(parts, proof);
  const campaign = parts.campaigns.get(slug);
  if (!campaign) throw new Refusal('unknown-link');
  const heading = parts.views.say(lang, letters.length > 0 ? 'done.title' : 'done.title.already');
  return sendPage(parts, reply, lang, 'done', {
    title: heading,
    heading,
    ...campaignNotices(parts, campaign, lang),
    letters: letters.map(({ recipient, statusToken }) => ({
      name: campaign.recipients.find(({ id }) => id === recipient)?.name ?? recipient,
      href: `/letters/${statusToken}?lang=${lang}`,
      when: leaves(parts, campaign, recipient, lang),
    })),
    campaignHref: `${parts.publicUrl()}${address({ path: `/c/${slug}` })}`,
  });
}

/** When a letter will leave, where that is not at once. */
function leaves(parts: PageParts, campaign: LiveCampaign, recipient: string, lang: string): string | null {
  const moment = nextLeavesAt(campaign, recipient, parts.now());
  if (moment === null || moment - parts.now() < SOON) return null;
  return parts.views.say(lang, 'status.expected', { when: momentInWords(moment, lang) });
}

async function sendCodePage(
  parts: PageParts,
  reply: FastifyReply,
  lang: string,
  handle: string,
  faults: FieldFault[],
): Promise<FastifyReply> {
  const title = parts.views.say(lang, 'inbox.title');
  return sendPage(
    parts,
    reply,
    lang,
    'code',
    { title, handle, faults, codeFault: faultOf(parts, lang, faults, 'code') },
    422,
  );
}
