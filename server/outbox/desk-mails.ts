import type { DeskMailContent } from '../acts/desk-mail.ts';
import { retryDelay, SPANS } from '../domain/states.ts';
import { composeNotice } from '../mail/compose.ts';
import { DeliveryRefused } from '../mail/mailer.ts';
import type { Parts } from '../parts.ts';
import type { DeskMail } from '../store/desk-mails.ts';
import type { Outcome } from './letters.ts';

/** One mail to a campaigner: sent, tried again, or given up when its link is over or the address refuses it. */
export async function sendDeskMail(parts: Parts, row: DeskMail): Promise<Outcome> {
  const { store, vault, config, mailers } = parts;
  const now = parts.now();
  const content = vault.openJson<DeskMailContent>(`desk mail ${row.id}`, row);
  if (!content || row.expiresAt <= now) {
    await store.deskMails.remove(row.id);
    return 'apart';
  }
  const { subject, text, language } = written(parts, content);
  const mail = await composeNotice({
    messageId: `<${row.id}@${config.mailDomain}>`,
    from: { name: 'Dear Minister', address: `letters@${config.mailDomain}` },
    to: { address: content.to },
    envelopeFrom: `${vault.returnPath('confirmation', row.id)}@${config.mailDomain}`,
    subject,
    text,
    language,
    date: new Date(now),
  });
  try {
    await mailers.deliverOwn(mail);
  } catch (error) {
    if (!(error instanceof DeliveryRefused)) throw error;
    // In doubt it is not sent twice: who did not get it asks for another link.
    if (error.permanent || error.doubtful) await store.deskMails.remove(row.id);
    else await store.deskMails.later(row, now + retryDelay(now - (row.expiresAt - SPANS.signInLink), parts.random()));
    return error.about === 'mail' ? 'spoke' : 'relay';
  }
  await store.deskMails.remove(row.id);
  return 'spoke';
}

/** What the mail says; the desk writes English, a letter has its own language. */
function written({ views }: Pick<Parts, 'views'>, content: DeskMailContent) {
  if (content.template === 'test-letter') return content;
  const { template, name, link } = content;
  return { ...views.mail(template, 'en', { name, link }), language: 'en' };
}
