import { createHash } from 'node:crypto';
import type { LiveCampaign } from '../campaigns/register.ts';
import type { Sign } from '../mail/dkim.ts';
import type { LineOptions } from '../mail/lines.ts';
import { openMailbox } from '../mail/mailbox.ts';
import { DeliveryRefused, type Mail, type Mailer, type Receipt } from '../mail/mailer.ts';
import { openSmtp } from '../mail/smtp.ts';
import type { Store } from '../store/open.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * The two ways mail can go: over SMTP, or into the local mailbox where it stays. A demonstration's mail never leaves,
 * nor does any while no mail server is set. Either way it is signed: what lies in the mailbox is what would have travelled.
 */
export function openMailers(
  relay: LineOptions | null,
  store: Pick<Store, 'mailbox'>,
  vault: Vault,
  now: () => number,
  sign: Sign,
) {
  const smtp: Mailer | null = relay ? openSmtp(relay) : null;

  function mailboxOf(submission: string): Mailer {
    return openMailbox(async (mail) => {
      // The same Message-ID again is the same mail, as for a mail server that drops what it has seen.
      const id = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 32);
      const kept = Buffer.from(JSON.stringify({ envelope: mail.envelope, raw: mail.raw.toString('base64') }));
      await store.mailbox.keep({ id, submission, at: now(), ...vault.sealBytes('mailbox', `mail ${id}`, kept, now()) });
    });
  }

  async function signed(mail: Mail): Promise<Mail> {
    const raw = await sign(mail.raw).catch(() => {
      // Unsigned it would be taken for forged; trying again would fail alike.
      throw new DeliveryRefused('the mail could not be signed', { permanent: true });
    });
    return { ...mail, raw };
  }

  return {
    /** Delivers one mail of a submission by the way its campaign allows. */
    async deliver(
      campaign: LiveCampaign,
      submission: string,
      mail: Mail,
      beforeDot?: () => Promise<void>,
    ): Promise<Receipt> {
      const mailer = smtp && !campaign.facts.demonstration ? smtp : mailboxOf(submission);
      return mailer.send(await signed(mail), beforeDot);
    },
    /** Delivers a mail to a campaigner. */
    async deliverOwn(mail: Mail): Promise<Receipt> {
      return (smtp ?? mailboxOf('')).send(await signed(mail));
    },
    close: async (): Promise<void> => smtp?.close(),
  };
}
export type Mailers = ReturnType<typeof openMailers>;
