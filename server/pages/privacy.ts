import type { FastifyInstance } from 'fastify';
import { EXPOSURE, type Learnt, THIEVES, THINGS, type Thief } from '../domain/exposure.ts';
import { pageLanguage } from '../http/request.ts';
import { type PageParts, sendPage } from './page.ts';

const MOST_FIRST: readonly Learnt[] = ['all', 'withKey', 'guess', 'howMany', 'steps'];

/** `GET /privacy`: what somebody would learn who got hold of this server, and what its operator could hand over. */
export function privacyPage(app: FastifyInstance, parts: PageParts): void {
  app.get('/privacy', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    const say = (key: string) => parts.views.say(lang, key);
    // What they learn most of first, and under it of what.
    const learnt = (thief: Thief) =>
      MOST_FIRST.map((much) => ({
        much: say(`exposure.learnt.${much}`),
        things: THINGS.filter((thing) => EXPOSURE[thing][thief] === much).map((thing) =>
          say(`exposure.thing.${thing}`),
        ),
      })).filter(({ things }) => things.length > 0);
    return sendPage(parts, reply, lang, 'privacy', {
      title: say('privacy.title'),
      here: { path: '/privacy' },
      thieves: THIEVES.map((thief) => ({ name: say(`exposure.thief.${thief}`), learns: learnt(thief) })),
      handed: learnt('server'),
      kept: ['pending', 'waiting', 'sent', 'mark', 'contact', 'numbers', 'draft'].map((key) =>
        say(`privacy.kept.${key}`),
      ),
    });
  });
}
