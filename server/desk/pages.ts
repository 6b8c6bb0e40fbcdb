import type { FastifyInstance } from 'fastify';
import { asidesPages } from './asides.ts';
import { openDesk } from './desk.ts';
import { factsPages } from './facts.ts';
import type { DeskParts } from './frame.ts';
import { heldPages } from './held.ts';
import { historyPages } from './history.ts';
import { homePages } from './home.ts';
import { jobsPages } from './jobs.ts';
import { launchPages } from './launch.ts';
import { lettersPages } from './letters.ts';
import { listsPages } from './lists.ts';
import { livePage } from './live.ts';
import { overviewPage } from './overview.ts';
import { peoplePages } from './people.ts';
import { recipientsPages } from './recipients.ts';
import { signInPages } from './sign-in.ts';
import { textsPages } from './texts.ts';
import { readUploads } from './uploads.ts';

/** Everything that campaigners see. */
export function deskPages(app: FastifyInstance, parts: DeskParts): void {
  readUploads(app);
  signInPages(app, parts);
  const desk = openDesk(app, parts);
  homePages(desk);
  overviewPage(desk);
  livePage(app, desk);
  textsPages(desk);
  factsPages(desk);
  recipientsPages(desk);
  listsPages(desk);
  lettersPages(desk);
  launchPages(desk);
  heldPages(desk);
  asidesPages(desk);
  jobsPages(desk);
  historyPages(desk);
  peoplePages(desk);
}
