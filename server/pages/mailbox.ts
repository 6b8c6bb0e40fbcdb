import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';
import { Refusal } from '../domain/errors.ts';
import { pageLanguage } from '../http/request.ts';
import type { Parts } from '../parts.ts';
import { mailModel, openMails } from './mails.ts';
import { type PageParts, sendPage } from './page.ts';

/**
 * Whether everybody who can open a page may read all mail: only while no mail server is set, and both the bound
 * address and the public one are this machine's own.
 */
export function mailboxIsShown({ config, publicUrl }: Pick<Parts, 'config' | 'publicUrl'>): boolean {
  return config.smtpUrl === null && isLoopback(config.host) && isLoopback(URL.parse(publicUrl())?.hostname ?? '');
}

/** `GET /mailbox` and `/mailbox.json`: all mail that stayed on this machine, for trying things out. */
export function mailboxPages(app: FastifyInstance, parts: PageParts): void {
  const latest = async (request: FastifyRequest) => {
    if (!mailboxIsShown(parts) || !isAskedHere(request)) throw new Refusal('not-found');
    return openMails(parts, await parts.store.mailbox.latest(100));
  };

  app.get('/mailbox', async (request, reply) => {
    const mails = await latest(request);
    const lang = pageLanguage(parts, request);
    const title = parts.views.say(lang, 'mailbox.title');
    return sendPage(parts, reply, lang, 'mailbox', {
      title,
      here: { path: '/mailbox' },
      mails: mails.map((mail) => mailModel(parts, mail, lang)),
    });
  });

  app.get('/mailbox.json', async (request) => {
    const mails = await latest(request);
    return mails.map(({ at, ...mail }) => ({ ...mail, at: new Date(at).toISOString() }));
  });
}

/**
 * Asked by another name than this machine's, it may be a stranger's page whose name was pointed here, or somebody behind a
 * proxy. Only the Host itself counts: what a proxy says of it, a caller can have said.
 */
function isAskedHere({ headers }: FastifyRequest): boolean {
  return isLoopback(URL.parse(`http://${headers.host}`)?.hostname ?? '');
}
