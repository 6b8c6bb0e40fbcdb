import type { LetterContent } from '../acts/confirm.ts';
import { doubt, freeing, noteRefusal, settlement } from '../acts/settle.ts';
import { addresseeOf } from '../campaigns/addressee.ts';
import { isAside } from '../domain/aside.ts';
import type { Recipient } from '../domain/campaign.ts';
import { refusalReason } from '../domain/replies.ts';
import { MOST_DOUBTS, type Reason, retryDelay, SPANS } from '../domain/states.ts';
import { DeliveryRefused, withoutSender } from '../mail/mailer.ts';
import type { Parts } from '../parts.ts';
import type { Letter } from '../store/letters.ts';
import { kept } from './kept.ts';
import { letterMail } from './letter-mail.ts';

/** For the outbox: the mail server was spoken to; it could not be used; or it was not asked at all. */
export type Outcome = 'spoke' | 'relay' | 'apart';

/** Sends one claimed letter and settles what became of it. */
export async function sendLetter(parts: Parts, claimed: Letter, refusing: boolean): Promise<Outcome> {
  const row = claimed.dottingAt === null ? claimed : await doubtFound(parts, claimed);
  if (!row) return 'apart';
  if (refusing) return hold(parts, row, 'refusing');
  // It may have been confirmed after its flood was taken out of the count.
  if (isAside(row.source)) return hold(parts, row, 'set-aside');
  const content = parts.vault.openJson<LetterContent>(`letter ${row.id}`, row);
  const campaign = parts.campaigns.get(row.campaign);
  if (!content) return hold(parts, row, 'unsendable');
  if (!campaign) return notYetKnown(parts, row);
  // Looked up at the last moment: a letter goes to an address that stands on the list now, or it waits for a person.
  const recipient = await parts.store.campaigns.recipient(row.campaign, row.recipient);
  if (!recipient?.email) return hold(parts, row, 'no-address');
  if (await isToAnother(parts, row, recipient)) return hold(parts, row, 'replaced');
  const mail = await letterMail(parts, row.id, content, campaign, { ...recipient, email: recipient.email }).catch(
    () => null,
  );
  if (mail?.envelope.to !== recipient.email) return hold(parts, row, 'unsendable');
  let answer: string;
  try {
    const dot = () => parts.store.letters.dot(row, parts.now());
    ({ answer } = await parts.mailers.deliver(campaign, row.submission, mail, dot));
  } catch (error) {
    return refused(parts, row, error, content);
  }
  // From here on only the sender's own link opens the text.
  const box = parts.vault.sealUnder(content.statusToken, `letter ${row.id}`, content);
  const { next, moves } = settlement(row, 'sent', parts.now(), {
    box: { box, dayKey: null },
    answer: withoutSender(answer, content),
  });
  await kept(() => parts.store.letters.settle(row, next, moves));
  return campaign.facts.demonstration ? 'apart' : 'spoke';
}

/**
 * A worker ended after it had noted that the dot may be sent: nobody knows whether the letter arrived. It goes once
 * more, or is held. Gives the letter as it stands now, or null when it is held.
 */
async function doubtFound(parts: Parts, row: Letter): Promise<Letter | null> {
  const doubts = row.doubts + 1;
  if (doubts >= MOST_DOUBTS) {
    await hold(parts, row, 'doubtful', doubts);
    return null;
  }
  const now = parts.now();
  const firstTriedAt = row.firstTriedAt ?? now;
  const moves = parts.store.tally.statements(row.campaign, [doubt(row, now)]);
  await parts.store.letters.later(row, { dueAt: now + SPANS.lease, doubts, firstTriedAt }, moves);
  return { ...row, doubts, firstTriedAt, dottingAt: null };
}

/** Whether it was written to somebody who holds the office no more, and nobody decided yet that it goes all the same. */
async function isToAnother({ store }: Parts, { campaign, addressee }: Letter, recipient: Recipient): Promise<boolean> {
  if (addressee === '' || addressee === addresseeOf(recipient)) return false;
  return !(await store.successions.has(campaign, recipient.id, addressee));
}

/** Another process may know a campaign a moment before this one does, and then this one waits. */
async function notYetKnown(parts: Parts, row: Letter): Promise<Outcome> {
  await parts.store.letters.later(row, { ...row, dueAt: parts.now() + 1000 }, []);
  return 'apart';
}

async function refused(parts: Parts, row: Letter, error: unknown, sender: LetterContent): Promise<Outcome> {
  if (!(error instanceof DeliveryRefused)) throw error;
  if (error.about === 'tls') {
    await hold(parts, row, 'tls', row.doubts, error.message);
    return 'relay';
  }
  // Nothing was said of this letter: it is due as before, and waits until the mail server can be used.
  if (error.about === 'relay') {
    const noted = parts.store.notices.noting(row.campaign, 'relay', '', parts.now());
    await parts.store.letters.later(row, { ...row, dueAt: parts.now() }, [noted]);
    return 'relay';
  }
  if (error.doubtful) return doubted(parts, row);
  if (!error.permanent) return putOff(parts, row);
  const { status: code, enhanced, message: text } = error;
  if (code === null) return hold(parts, row, 'unsendable');
  const answer = withoutSender(text, sender);
  if (error.ofSender || refusalReason({ code, enhanced, text }) !== 'gone')
    await hold(parts, row, 'policy', row.doubts, answer);
  else {
    const { next, moves } = settlement(row, 'failed', parts.now(), { reason: 'gone', answer });
    const noted = parts.store.notices.noting(row.campaign, 'gone', row.recipient, parts.now());
    await parts.store.letters.settle(row, next, moves, [noted, ...freeing(parts, row)]);
  }
  if (!error.ofSender) await noteRefusal(parts, row.campaign, row.recipient);
  return 'spoke';
}

/** The letter was handed over whole and no answer came: it goes once more with the same Message-ID, or is held. */
async function doubted(parts: Parts, row: Letter): Promise<Outcome> {
  const doubts = row.doubts + 1;
  if (doubts >= MOST_DOUBTS) return hold(parts, row, 'doubtful', doubts);
  return again(parts, { ...row, doubts }, [doubt(row, parts.now())]);
}

/** The office said "later", or the connection broke before the letter had been handed over. */
async function putOff(parts: Parts, row: Letter): Promise<Outcome> {
  const since = parts.now() - (row.firstTriedAt ?? parts.now());
  return since > SPANS.trying ? hold(parts, row, 'put-off') : again(parts, row, []);
}

async function again(parts: Parts, row: Letter, moves: ReturnType<typeof doubt>[]): Promise<Outcome> {
  const now = parts.now();
  const firstTriedAt = row.firstTriedAt ?? now;
  const dueAt = now + retryDelay(now - firstTriedAt, parts.random());
  const moved = parts.store.tally.statements(row.campaign, moves);
  await parts.store.letters.later(row, { dueAt, doubts: row.doubts, firstTriedAt }, moved);
  return 'spoke';
}

/** Holds a letter until a person decides; the text stays sealed, and the campaign is told. */
async function hold(
  parts: Parts,
  row: Letter,
  reason: Reason,
  doubts = row.doubts,
  answer: string | null = null,
): Promise<Outcome> {
  const now = parts.now();
  const { next, moves } = settlement(row, 'held', now, { box: row, reason, doubts, answer });
  if (doubts > row.doubts) moves.push(doubt(row, now));
  const noted = parts.store.notices.noting(row.campaign, reason, row.recipient, now);
  await parts.store.letters.settle(row, next, moves, [noted]);
  return 'apart';
}
