import type { SealedLetter } from '../acts/submit.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import type { Recipient } from '../domain/campaign.ts';
import type { Sender } from '../domain/sender.ts';
import { composeLetter, senderName } from '../mail/compose.ts';
import type { Mail } from '../mail/mailer.ts';
import type { Parts } from '../parts.ts';

/** What a letter's mail says, and whose it is. */
export type MailedLetter = Pick<Sender, 'name' | 'email'> & Omit<SealedLetter, 'recipient'>;

/** The mail in which a letter reaches an office; `id` is the letter's. @throws where no mail can be made of it */
export function letterMail(
  { config, vault, now }: Pick<Parts, 'config' | 'vault' | 'now'>,
  id: string,
  letter: MailedLetter,
  campaign: LiveCampaign,
  office: Pick<Recipient, 'name'> & { email: string },
): Promise<Mail> {
  const domain = config.mailDomain;
  return composeLetter({
    messageId: `<${id}@${domain}>`,
    from: { name: senderName(letter.name, campaign.facts.organiser.name), address: `letter+${id}@${domain}` },
    replyTo: { name: letter.name, address: letter.email },
    to: { name: office.name, address: office.email },
    envelopeFrom: `${vault.returnPath('letter', id)}@${domain}`,
    subject: letter.subject,
    text: letter.body,
    language: letter.language,
    date: new Date(now()),
  });
}
