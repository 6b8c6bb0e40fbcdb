import type { LetterContent } from '../acts/confirm.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import type { Recipient } from '../domain/campaign.ts';
import { type LetterState, retryDelay, SPANS } from '../domain/states.ts';
import { type Counter, dayOf, type Move } from '../domain/tally.ts';
import { composeLetter, senderName } from '../mail/compose.ts';
import { DeliveryRefused, type Mail } from '../mail/mailer.ts';
import type { Parts } from '../parts.ts';
import type { Letter } from '../store/letters.ts';

/** Sends one claimed letter and settles what became of it. */
export async function sendLetter(parts: Parts, row: Letter): Promise<void> {
  const content = row.box && parts.vault.openJson<LetterContent>(`letter ${row.id}`, row.box);
  const campaign = parts.campaigns.get(row.campaign);
  // Looked up at the last moment: a letter goes to an address that stands on the list now, or it waits for a person.
  const recipient = await parts.store.campaigns.recipient(row.campaign, row.recipient);
  if (!content || !campaign || !recipient?.email) return settle(parts, row, 'held', row.box);
  const mail = await composeFor(parts, row, content, campaign, recipient, recipient.email);
  try {
    await parts.mailers.deliver(campaign, row.submission, mail);
  } catch (error) {
    return refused(parts, row, error);
  }
  // From here on only the sender's own link opens the text.
  await settle(parts, row, 'sent', parts.vault.sealUnder(content.statusToken, `letter ${row.id}`, content));
}

function composeFor(
  parts: Parts,
  row: Letter,
  content: LetterContent,
  campaign: LiveCampaign,
  recipient: Recipient,
  to: string,
): Promise<Mail> {
  const domain = parts.config.mailDomain;
  return composeLetter({
    messageId: `<${row.id}@${domain}>`,
    from: { name: senderName(content.name, campaign.facts.organiser.name), address: `letter+${row.id}@${domain}` },
    replyTo: { name: content.name, address: content.email },
    to: { name: recipient.name, address: to },
    envelopeFrom: `${parts.vault.returnPath(row.id)}@${domain}`,
    subject: content.subject,
    text: content.body,
    language: content.language,
    date: new Date(parts.now()),
  });
}

async function refused(parts: Parts, row: Letter, error: unknown): Promise<void> {
  if (!(error instanceof DeliveryRefused)) throw error;
  const since = parts.now() - (row.firstTriedAt ?? parts.now());
  if (error.permanent || since > SPANS.trying) return settle(parts, row, 'failed', null);
  await parts.store.letters.later(row.id, row.attempts, parts.now() + retryDelay(row.attempts, parts.random()));
}

/** Which counter a state stands under; held letters are still confirmed ones. */
const COUNTED: Partial<Record<LetterState, Counter>> = {
  ready: 'confirmed',
  held: 'confirmed',
  sent: 'sent',
  bounced: 'bounced',
  failed: 'failed',
};

async function settle(parts: Parts, row: Letter, state: LetterState, box: Buffer | null): Promise<void> {
  const [before, after] = [COUNTED[row.state], COUNTED[state]];
  const day = before === after ? row.day : dayOf(parts.now());
  const { country, source, recipient } = row;
  const moves: Move[] = [];
  if (before !== after) {
    if (before) moves.push({ day: row.day, country, source, recipient, counter: before, n: -1 });
    if (after) moves.push({ day, country, source, recipient, counter: after, n: 1 });
  }
  await parts.store.letters.settle(row, { state, box, day, now: parts.now() }, moves);
}
