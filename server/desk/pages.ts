import type { FastifyInstance } from 'fastify';
import { openDesk } from './desk.ts';
import { factsPages } from './facts.ts';
import type { DeskParts } from './frame.ts';
import { homePages } from './home.ts';
import { overviewPage } from './overview.ts';
import { peoplePages } from './people.ts';
import { signInPages } from './sign-in.ts';
import { textsPages } from './texts.ts';

/** Everything that campaigners see. */
export function deskPages(app: FastifyInstance, parts: DeskParts): void {
  signInPages(app, parts);
  const desk = openDesk(app, parts);
  homePages(desk);
  overviewPage(desk);
  textsPages(desk);
  factsPages(desk);
  peoplePages(desk);
}
