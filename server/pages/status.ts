import type { FastifyInstance } from 'fastify';
import type { LetterContent } from '../acts/confirm.ts';
import { countPrepared } from '../acts/draft.ts';
import { findStanding, type Standing } from '../acts/status.ts';
import { isWithdrawable, withdraw } from '../acts/withdraw.ts';
import { draftLinks, LINK_FORMS } from '../domain/drafts.ts';
import { Refusal } from '../domain/errors.ts';
import { momentInWords, withoutFooter } from '../domain/letter.ts';
import { pageLanguage } from '../http/request.ts';
import { mailsOf } from './mails.ts';
import { campaignNotices, type PageParts, sendPage } from './page.ts';

type Token = { Params: { token: string } };

/**
 * `GET /letters/:token`: where a letter is, for whoever holds its link. Before it goes it can be withdrawn there; when it
 * came back, one press makes a draft of it: only this link opens its text.
 */
export function statusPage(app: FastifyInstance, parts: PageParts): void {
  app.get<Token>('/letters/:token', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    const { token } = request.params;
    const standing = await findStanding(parts, token);
    return sendPage(parts, reply, lang, 'status', await statusModel(parts, lang, token, standing));
  });

  app.post<Token>('/letters/:token/withdraw', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    await withdraw(parts, request.params.token);
    return reply.redirect(`/letters/${request.params.token}?lang=${lang}`, 303);
  });

  app.post<Token>('/letters/:token/draft', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    const { token } = request.params;
    const standing = await findStanding(parts, token);
    const content = textOf(parts, token, standing);
    if (!content) throw new Refusal('unknown-link');
    const { row, campaign, recipientId } = standing;
    const office = campaign.recipients.find(({ id }) => id === recipientId);
    if (row && office) await countPrepared(parts, campaign, row.country, row.source, [office]);
    return sendPage(parts, reply, lang, 'returned', returnedModel(parts, lang, token, standing, content));
  });
}

async function statusModel(parts: PageParts, lang: string, token: string, standing: Standing) {
  const { campaign, recipient, row, state } = standing;
  const say = (key: string, values = {}) => parts.views.say(lang, key, values);
  return {
    title: say('status.title', { recipient }),
    here: { path: `/letters/${token}` },
    recipient,
    ...campaignNotices(parts, campaign, lang),
    state: say(`status.${state}`),
    since: row ? momentInWords(row.changedAt, lang) : null,
    expected: standing.expectedAt ? say('status.expected', { when: momentInWords(standing.expectedAt, lang) }) : null,
    why: row?.reason && ['held', 'failed', 'expired', 'bounced'].includes(row.state) ? say(`why.${row.reason}`) : null,
    // Servers speak English mostly, and never to be translated: it is their own word.
    answer: row?.answer && state !== 'bounced' ? row.answer : null,
    twice: row && row.doubts > 0 && state !== 'withdrawn' ? say('status.doubts', { n: row.doubts }) : null,
    confirmHref: state === 'pending' ? `/confirm/${token}` : null,
    withdrawHref: row && isWithdrawable(row) ? `/letters/${token}/withdraw` : null,
    draftHref: textOf(parts, token, standing) ? `/letters/${token}/draft` : null,
    campaignHref: `/c/${campaign.slug}?lang=${lang}`,
    writeAnew: ['failed', 'expired', 'withdrawn'].includes(state),
    mails: row && campaign.facts.demonstration ? await mailsOf(parts, row.submission, lang) : [],
  };
}

/** The text of a letter that came back, which its status link alone opens. */
function textOf(parts: PageParts, token: string, { row }: Standing): LetterContent | null {
  if (row?.state !== 'bounced' || !row.box) return null;
  return parts.vault.openUnder<LetterContent>(token, `letter ${row.id}`, row.box);
}

function returnedModel(
  parts: PageParts,
  lang: string,
  token: string,
  { campaign, recipientId, recipient, row }: Standing,
  content: LetterContent,
) {
  const say = (key: string, values = {}) => parts.views.say(lang, key, values);
  const office = campaign.recipients.find(({ id }) => id === recipientId);
  const text = { subject: content.subject, body: withoutFooter(content.body) };
  // An address that does not exist would send the citizen's own mail back as well.
  const to = row?.reason === 'gone' ? null : (office?.email ?? null);
  const { links } = to ? draftLinks(to, text, null) : { links: null };
  return {
    title: say('returned.title'),
    back: `/letters/${token}?lang=${lang}`,
    ...campaignNotices(parts, campaign, lang),
    lead: say(to ? 'returned.lead' : 'returned.lead.gone', { recipient }),
    links: LINK_FORMS.flatMap((form) => {
      const href = links?.[form];
      return href ? [{ href, label: say(`draft.${form}`), outside: form !== 'mailto' }] : [];
    }),
    formHref: office?.contactForm ?? null,
    to,
    ...text,
  };
}
