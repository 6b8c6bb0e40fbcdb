import type { FastifyInstance } from 'fastify';
import { findCampaign } from '../acts/choose.ts';
import { submit } from '../acts/submit.ts';
import { Refusal } from '../domain/errors.ts';
import { momentInWords } from '../domain/letter.ts';
import type { Guard } from '../http/guard.ts';
import { pageLanguage, source as sourceOf, text, texts } from '../http/request.ts';
import { mailboxIsShown } from './mailbox.ts';
import { campaignNotices, type PageParts, sendPage } from './page.ts';
import { sendWritePage } from './write.ts';

/** `POST /c/:slug`: the form beside the letter. Answers with "check your inbox", or the same page with what to mend. */
export function sendFormPage(app: FastifyInstance, parts: PageParts, guard: Guard): void {
  app.post<{ Params: { slug: string } }>('/c/:slug', async (request, reply) => {
    const campaign = findCampaign(parts, request.params.slug);
    const lang = pageLanguage(parts, request);
    const form = request.body;
    const country = text(form, 'country') ?? '';
    try {
      const suspected = await guard.form(request);
      const { handle, expiresAt, email } = await submit(parts, campaign, {
        country,
        recipients: texts(form, 'recipients'),
        language: text(form, 'language'),
        source: sourceOf(form),
        lang,
        suspected,
        neutral: text(form, 'neutral') !== undefined,
        contact: text(form, 'contact') !== undefined,
        fields: fieldsOf(form),
      });
      return await sendPage(parts, reply, lang, 'inbox', {
        title: parts.views.say(lang, 'inbox.title'),
        ...campaignNotices(parts, campaign, lang),
        email,
        handle,
        expires: momentInWords(expiresAt, lang),
        codeFault: null,
        demonstration: campaign.facts.demonstration,
        mailboxHref: mailboxIsShown(parts) ? `/mailbox?lang=${lang}` : null,
      });
    } catch (error) {
      if (!(error instanceof Refusal) || error.faults.length === 0) throw error;
      const carries = await guard.formFields(request, form);
      return sendWritePage(parts, reply, lang, campaign, country, form, carries, error.faults);
    }
  });
}

/** What a person typed; fields that this campaign's form does not have are not there. */
function fieldsOf(form: unknown): Record<string, unknown> {
  const names = ['name', 'email', 'place', 'ownWords', 'subject', 'body'];
  return Object.fromEntries(
    names.flatMap((name) => (text(form, name) === undefined ? [] : [[name, text(form, name)]])),
  );
}
