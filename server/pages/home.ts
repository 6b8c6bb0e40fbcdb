import type { FastifyInstance } from 'fastify';
import { inLanguage, languageOf } from '../domain/campaign.ts';
import { pageLanguage } from '../http/request.ts';
import { address, type PageParts, sendPage } from './page.ts';

/** `GET /`: the open campaigns. */
export function homePage(app: FastifyInstance, parts: PageParts): void {
  app.get('/', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    return sendPage(parts, reply, lang, 'home', {
      title: parts.views.say(lang, 'home.title'),
      here: { path: '/' },
      campaigns: parts.campaigns.open().map(({ facts, slug }) => ({
        href: address({ path: `/c/${slug}`, query: { lang } }),
        title: inLanguage(facts.title, lang, facts),
        titleLanguage: languageOf(facts.title, lang, facts),
        summary: inLanguage(facts.summary, lang, facts),
        summaryLanguage: languageOf(facts.summary, lang, facts),
        demonstration: facts.demonstration,
      })),
    });
  });

  app.get('/safety', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    return sendPage(parts, reply, lang, 'safety', {
      title: parts.views.say(lang, 'safety.title'),
      here: { path: '/safety' },
    });
  });
}
