import type { ReturnedMail, Verdict } from '../domain/bounce.ts';
import { Refusal } from '../domain/errors.ts';
import type { NoticeKind } from '../domain/notices.ts';
import type { Parts } from '../parts.ts';
import { Lost } from '../store/connection.ts';
import type { Letter } from '../store/letters.ts';
import type { Submission } from '../store/submissions.ts';
import { endSubmission } from './expire.ts';
import { noteRefusal, settlement } from './settle.ts';

/**
 * What became of a returned mail: the letter has left *sent* (now, or before); nothing changes but a note; it carries no
 * token of ours; or it was written to an address that only sends.
 */
export type Outcome = 'bounced' | 'noted' | 'stranger' | 'sender-only';

type BounceParts = Pick<Parts, 'store' | 'vault' | 'now' | 'log'>;

/** Takes one returned mail in. A bounce counts once. @throws Refusal `unavailable` where the letter is just being sent */
export async function takeReturned(parts: BounceParts, mail: ReturnedMail): Promise<Outcome> {
  const token = mail.addresses.map((each) => parts.vault.readReturnPath(each)).find((each) => each !== null);
  const outcome = await takeIn(parts, mail, token ?? (mail.letter ? { of: 'letter', id: mail.letter } : null));
  // One line a mail, and nothing of a person in it.
  parts.log.info({ kind: mail.verdict.kind, status: mail.verdict.status, outcome }, 'returned mail');
  return outcome;
}

async function takeIn(
  parts: BounceParts,
  { addresses, verdict }: ReturnedMail,
  token: { of: 'letter' | 'confirmation'; id: string } | null,
): Promise<Outcome> {
  if (!token) return addresses.some(isSenderOnly) ? 'sender-only' : 'stranger';
  if (token.of === 'confirmation') return ofConfirmation(parts, token.id, verdict);
  const row = await parts.store.letters.byId(token.id);
  // A vendor may name a confirmation mail by its Message-ID; and later than a bounce may come nothing of a letter is left.
  if (!row) return ofConfirmation(parts, token.id, verdict);
  if (verdict.kind === 'hard' || verdict.kind === 'soft') return bounced(parts, row.id, verdict);
  const kind = NOTED[verdict.kind];
  if (kind) await parts.store.notices.note(row.campaign, kind, row.recipient, parts.now());
  return 'noted';
}

/** What campaigners are told of mail that is no bounce; a delay or a delivery needs nobody's look. */
const NOTED: Partial<Record<Verdict['kind'], NoticeKind>> = {
  'auto-reply': 'auto-reply',
  complaint: 'complaint',
  unknown: 'unknown',
};

/** Addresses that our mail comes from: answers belong elsewhere. */
function isSenderOnly(address: string): boolean {
  return /^(letter\+[0-9a-f]{32}|letters)(@|$)/i.test(address);
}

async function bounced(parts: BounceParts, id: string, verdict: Verdict): Promise<Outcome> {
  for (let again = 0; again < 5; again += 1) {
    const row = await parts.store.letters.byId(id);
    if (!row || row.state === 'bounced') return 'bounced';
    // Its dot is set and its answer not yet noted: it must be settled first.
    if (row.state === 'ready') throw new Refusal('unavailable');
    if (!canBounce(row)) return 'noted';
    const now = parts.now();
    const reason = verdict.kind === 'hard' ? 'gone' : 'policy';
    // What is sealed under the sender's own link stays, so that they can send it themselves.
    const kept = row.state === 'sent' ? { box: row } : {};
    const { next, moves } = settlement(row, 'bounced', now, { ...kept, reason, answer: verdict.status });
    try {
      const noted = parts.store.notices.noting(row.campaign, 'returned', row.recipient, now);
      await parts.store.letters.move(row, next, moves, [noted]);
    } catch (error) {
      if (error instanceof Lost) continue;
      throw error;
    }
    await noteRefusal(parts, row.campaign, row.recipient);
    return 'bounced';
  }
  throw new Refusal('unavailable');
}

/** A letter that had gone, or may have: where nobody knew, its bounce tells. */
function canBounce(row: Letter): boolean {
  return row.state === 'sent' || (row.state === 'held' && row.reason === 'doubtful');
}

/** A mail that asked for confirmation came back: where the address does not exist, nobody will confirm. */
async function ofConfirmation(parts: BounceParts, id: string, verdict: Verdict): Promise<Outcome> {
  const row: Submission | null = await parts.store.submissions.byId(id);
  if (!row || verdict.kind !== 'hard') return 'noted';
  await endSubmission(parts, row).catch((error) => {
    if (!(error instanceof Lost)) throw error;
  });
  return 'noted';
}
