import type { LiveCampaign } from '../campaigns/register.ts';
import { CODE_TRIES, CONSENT_VERSION, isToken, readCode } from '../domain/confirmation.ts';
import { contactLine } from '../domain/contacts.ts';
import { Refusal } from '../domain/errors.ts';
import { SPANS } from '../domain/states.ts';
import { dayOf, type Move } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';
import { Lost, type Statement } from '../store/connection.ts';
import type { NewLetter } from '../store/letters.ts';
import type { Submission } from '../store/submissions.ts';
import { sealContact } from '../vault/contacts.ts';
import { readyMarks } from './marks.ts';
import type { SealedLetter, SubmissionContent } from './submit.ts';

/** How somebody shows that the mail reached them: its link, or the page that is still open and the code it carries. */
export type Proof = { token: string } | { handle: string; code: string };

/** A submission that was found and opened. `content` is null once it is confirmed: then only its letters' tokens can be told. */
type Opened = { row: Submission; key: string; content: SubmissionContent | null };

export type ConfirmedLetter = { recipient: string; statusToken: string };

/** What a letter holds while it waits, sealed by the server. */
export type LetterContent = SealedLetter & {
  name: string;
  email: string;
  lang: string;
  statusToken: string;
  consent: string;
};

/** Finds and opens a submission by its proof. @throws Refusal that says what to do */
export async function openSubmission(parts: Parts, proof: Proof): Promise<Opened> {
  return 'token' in proof ? byToken(parts, proof.token) : byCode(parts, proof.handle, proof.code);
}

async function byToken(parts: Parts, token: string): Promise<Opened> {
  const row = isToken(token) ? await parts.store.submissions.byToken(parts.vault.lookup(token)) : null;
  assertAlive(parts, row);
  if (row.state === 'new') return openNew(parts, row);
  const key = row.tokenLock && parts.vault.openTokenLock(row.id, token, row.tokenLock);
  if (!key) throw new Refusal('unknown-link');
  return openWith(parts, row, key);
}

async function byCode(parts: Parts, handle: string, typed: string): Promise<Opened> {
  const row = isToken(handle) ? await parts.store.submissions.byHandle(parts.vault.lookup(handle)) : null;
  assertAlive(parts, row);
  const code = readCode(typed);
  if (!code) throw new Refusal('wrong-code', {}, [{ field: 'code', fault: 'fault.code.shape' }]);
  // A try is taken before the code is looked at, so that many guesses at once are no more than five.
  if (!(await parts.store.submissions.takeTry(row.id, CODE_TRIES))) throw new Refusal('too-many-tries');
  const opened = tryCode(parts, row, handle, code);
  if (!opened) throw new Refusal('wrong-code', {}, [{ field: 'code', fault: 'fault.code.wrong' }]);
  await parts.store.submissions.giveBackTry(row.id);
  return opened;
}

function tryCode(parts: Parts, row: Submission, handle: string, code: string): Opened | null {
  if (row.state === 'new') {
    const opened = openNew(parts, row);
    return opened.content?.secrets.code === code ? opened : null;
  }
  const key = row.codeLock && parts.vault.openCodeLock(row.id, handle, code, row.codeLock);
  return key ? openWith(parts, row, key) : null;
}

function assertAlive(parts: Parts, row: Submission | null): asserts row is Submission {
  if (!row) throw new Refusal('unknown-link');
  const isOver = row.state !== 'confirmed' && row.expiresAt <= parts.now();
  if (row.state === 'expired' || isOver) throw new Refusal('expired-link');
}

/** The mail has not been settled yet, though it may have arrived: the server itself can still open it. */
function openNew(parts: Parts, row: Submission): Opened {
  const content = parts.vault.openJson<SubmissionContent>(`submission ${row.id}`, row);
  if (!content) throw new Refusal('unknown-link');
  return { row, key: content.secrets.key, content };
}

function openWith(parts: Parts, row: Submission, key: string): Opened {
  const content =
    row.state === 'pending' && row.box ? parts.vault.openForSender<SubmissionContent>(row.id, key, row.box) : null;
  return { row, key, content };
}

/**
 * The act: the letters become ready, once. The same proof again gives the same answer; a second submission of the same
 * person gives no second letter.
 * @throws Refusal
 */
export async function confirm(parts: Parts, proof: Proof): Promise<{ campaign: string; letters: ConfirmedLetter[] }> {
  for (let again = 0; ; again += 1) {
    const opened = await openSubmission(parts, proof);
    if (opened.content) {
      try {
        await makeReady(parts, opened.row, opened.content);
      } catch (error) {
        // Somebody was quicker (the same person in another tab, or the outbox): look again at what stands now.
        if (error instanceof Lost && again < 4) continue;
        throw error;
      }
      parts.wake();
      continue;
    }
    const ids = opened.row.recipients.split(' ').filter(Boolean);
    const letters = ids.map((recipient) => ({
      recipient,
      statusToken: parts.vault.statusToken(opened.key, recipient),
    }));
    return { campaign: opened.row.campaign, letters };
  }
}

async function makeReady(parts: Parts, row: Submission, content: SubmissionContent): Promise<void> {
  const { store, vault } = parts;
  const campaign = parts.campaigns.get(row.campaign);
  if (!campaign || campaign.state === 'closed') throw new Refusal('not-open', { state: 'closed' });
  const now = parts.now();
  const day = dayOf(now);
  await readyMarks(parts, row.campaign);
  const letterMarks = content.letters.map((letter) => vault.letterMark(row.campaign, letter.recipient, content.email));
  const person = vault.personMark(row.campaign, content.email);
  const [knownPerson, ...gone] = await store.submissions.marked(row.campaign, [person, ...letterMarks]);
  const fresh = content.letters.filter((_, i) => !gone[i]);
  const marks = letterMarks.filter((_, i) => !gone[i]);
  if (!knownPerson) marks.push(person);

  const cell = { country: row.country, source: row.source };
  const moves: Move[] = [
    ...content.letters.map((each) => ({
      ...cell,
      day: row.day,
      recipient: each.recipient,
      counter: 'pending' as const,
      n: -1,
    })),
    ...fresh.map((each) => ({ ...cell, day, recipient: each.recipient, counter: 'confirmed' as const, n: 1 })),
    ...(knownPerson ? [] : [{ ...cell, day, recipient: '', counter: 'people' as const, n: 1 }]),
  ];
  const letters = fresh.map((letter) => newLetter(parts, row, content, letter, now));
  // Only the locks stay, so that the same link can tell the same status links again.
  const sealed = vault.sealForSender(row.id, content.secrets, {});
  const contacts = await contactOf(parts, campaign, row, content);
  await store.submissions.confirm(row, sealed, letters, marks, moves, now, contacts);
}

/** Who asked to hear from the campaign, sealed at once to its own key: a line of a table. */
async function contactOf(
  { store, vault, now }: Parts,
  { slug, facts }: LiveCampaign,
  { country, day }: Submission,
  { contact, name, email, place, lang }: SubmissionContent,
): Promise<Statement[]> {
  if (!contact || !facts.contacts) return [];
  const line = contactLine([name, email, place, country, lang, day]);
  const box = await sealContact(facts.contacts.key, line);
  const expiresAt = Date.parse(facts.closes) + SPANS.contacts;
  return [store.contacts.adding({ id: vault.newId(), campaign: slug, box, expiresAt: Math.max(expiresAt, now()) })];
}

function newLetter(
  parts: Parts,
  row: Submission,
  content: SubmissionContent,
  letter: SealedLetter,
  now: number,
): NewLetter {
  const id = parts.vault.newId();
  const statusToken = parts.vault.statusToken(content.secrets.key, letter.recipient);
  const { name, email, lang } = content;
  const sealed: LetterContent = { ...letter, name, email, lang, statusToken, consent: CONSENT_VERSION };
  return {
    id,
    submission: row.id,
    campaign: row.campaign,
    country: row.country,
    source: row.source,
    recipient: letter.recipient,
    statusHash: parts.vault.lookup(statusToken),
    ...parts.vault.sealJson(`letter ${id}`, sealed, now),
    day: dayOf(now),
    dueAt: now,
    changedAt: now,
    revision: content.revision ?? 0,
    addressee: letter.addressee ?? '',
  };
}
