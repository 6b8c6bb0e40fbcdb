import type { FastifyInstance } from 'fastify';
import { isToken } from '../domain/confirmation.ts';
import { Refusal } from '../domain/errors.ts';
import { pageLanguage, text } from '../http/request.ts';
import { readMail } from '../mail/mailbox.ts';
import type { KeptMail } from '../store/mailbox.ts';
import { type PageParts, sendPage } from './page.ts';

/** A mail of the local mailbox, opened. `raw` is the message as it would have travelled. */
export type OpenedMail = {
  id: string;
  at: number;
  envelope: { from: string; to: string };
  headers: Record<string, string>;
  text: string;
  raw: string;
};

/** `POST /mails`: a demonstration shows a visitor the mails of their own letter; the page they have open is the key. */
export function mailsPage(app: FastifyInstance, parts: PageParts): void {
  app.post('/mails', async (request, reply) => {
    const lang = pageLanguage(parts, request);
    const handle = text(request.body, 'handle') ?? '';
    const row = isToken(handle) ? await parts.store.submissions.byHandle(parts.vault.lookup(handle)) : null;
    const campaign = row && parts.campaigns.get(row.campaign);
    if (!row || !campaign?.facts.demonstration) throw new Refusal('unknown-link');
    const title = parts.views.say(lang, 'mails.title');
    return sendPage(parts, reply, lang, 'mails', {
      title,
      handle,
      codeFault: null,
      mails: await mailsOf(parts, row.id, lang),
    });
  });
}

/** The mails of one submission, for the template. */
export async function mailsOf(parts: PageParts, submission: string, lang: string): Promise<Record<string, unknown>[]> {
  const kept = await parts.store.mailbox.ofSubmission(submission);
  return openMails(parts, kept).map((mail) => mailModel(parts, mail, lang));
}

/** Opens what the mailbox keeps sealed; what was sealed with another key is left out. */
export function openMails(parts: PageParts, kept: readonly KeptMail[]): OpenedMail[] {
  return kept.flatMap(({ id, at, ...sealed }) => {
    const bytes = parts.vault.openBytes(`mail ${id}`, sealed);
    if (!bytes) return [];
    const { envelope, raw } = JSON.parse(bytes.toString('utf8')) as { envelope: OpenedMail['envelope']; raw: string };
    const message = Buffer.from(raw, 'base64');
    return [{ id, at, envelope, ...readMail(message), raw: message.toString('utf8') }];
  });
}

const SHOWN = ['From', 'To', 'Reply-To', 'Date'];

/** A mail for the template; a line that is one of our own links can be followed. Two slashes would lead to another host. */
export function mailModel(parts: PageParts, mail: OpenedMail, lang: string): Record<string, unknown> {
  const own = `${parts.publicUrl()}/`;
  const isOwn = (line: string) => line.startsWith(own) && !/^[/\\]/.test(line.slice(own.length));
  return {
    id: `mail-${mail.id}`,
    subject: mail.headers.Subject ?? '',
    headers: SHOWN.filter((name) => mail.headers[name]).map((name) => ({ name, value: mail.headers[name] })),
    lines: mail.text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => ({ text: line, href: isOwn(line) ? line.slice(own.length - 1) : null })),
    raw: mail.raw,
    envelope: parts.views.say(lang, 'mailbox.envelope', mail.envelope),
  };
}
