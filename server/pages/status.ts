import type { FastifyInstance } from 'fastify';
import { findLetter } from '../acts/status.ts';
import { momentInWords } from '../domain/letter.ts';
import { pageLanguage } from '../http/request.ts';
import { mailsOf } from './mails.ts';
import { campaignNotices, type PageParts, sendPage } from './page.ts';

/** `GET /letters/:statusToken`: where a letter is, for whoever holds its link. */
export function statusPage(app: FastifyInstance, parts: PageParts): void {
  app.get<{ Params: { token: string } }>('/letters/:token', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    const { row, campaign, recipient, state } = await findLetter(parts, request.params.token);
    return sendPage(parts, reply, lang, 'status', {
      title: parts.views.say(lang, 'status.title', { recipient }),
      here: { path: `/letters/${request.params.token}` },
      recipient,
      ...campaignNotices(parts, campaign, lang),
      state: parts.views.say(lang, `status.${state}`),
      since: momentInWords(row.changedAt, lang),
      mails: campaign.facts.demonstration ? await mailsOf(parts, row.submission, lang) : [],
    });
  });
}
