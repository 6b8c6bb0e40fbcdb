import { confirm } from '../../server/acts/confirm.ts';
import { submit } from '../../server/acts/submit.ts';
import { sendConfirmation } from '../../server/outbox/confirmations.ts';
import { sendLetter } from '../../server/outbox/letters.ts';
import { openMailLimit } from '../../server/outbox/mail-limit.ts';
import type { Parts } from '../../server/parts.ts';
import { startSink } from '../support/sink.ts';

export type Villager = { country: string; name: string; email: string; ownWords?: string };
const AT_ONCE = 50;

/** Does something for each, some at a time. */
async function forEach<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += AT_ONCE)
    done.push(...(await Promise.all(all.slice(i, i + AT_ONCE).map((one) => act(one)))));
  return done;
}

/** A mail server whose mail is read: the links that came to each address. */
export async function openPostOffice(refuse?: (to: string) => Error | null) {
  const sink = await startSink(refuse);
  return {
    port: Number(new URL(sink.url).port),
    received: sink.received,
    /** The token of the last link that came to an address. */
    tokenOf: (address: string): string => {
      const mail = sink.received.findLast(({ to }) => to[0] === address);
      return /\/confirm\/([A-Za-z0-9_-]{43})/.exec(mail?.mail.text ?? '')?.[1] ?? '';
    },
    stop: sink.stop,
  };
}

/** People fill in the form of a campaign. */
export async function write(parts: Parts, slug: string, people: readonly Villager[]): Promise<void> {
  const campaign = parts.campaigns.get(slug);
  if (!campaign) throw new Error('the campaign is not open');
  await forEach(people, ({ country, ...fields }) => submit(parts, campaign, { country, lang: 'en', fields }));
}

/** All confirmation mails that are owed leave. */
export async function sendConfirmations(parts: Parts): Promise<void> {
  const limit = openMailLimit(parts.now);
  for (;;) {
    const rows = await parts.store.submissions.claimDue(parts.now(), parts.now() + 60_000, AT_ONCE);
    if (rows.length === 0) return;
    await Promise.all(rows.map((row) => sendConfirmation(parts, row, limit)));
  }
}

/** People press the button; gives the tokens of their letters' status pages. */
export async function press(parts: Parts, tokens: readonly string[]): Promise<string[]> {
  const answers = await forEach(tokens, (token) => confirm(parts, { token }));
  return answers.flatMap(({ letters }) => letters.map(({ statusToken }) => statusToken));
}

/** All letters that are due leave, at whatever pace. */
export async function sendLetters(parts: Parts, campaign: string): Promise<void> {
  for (const { recipient } of await parts.store.queues.ofCampaign(campaign)) {
    for (;;) {
      const rows = await parts.store.letters.claim({ campaign, recipient }, parts.now(), parts.now() + 60_000, AT_ONCE);
      if (rows.length === 0) break;
      await Promise.all(rows.map((row) => sendLetter(parts, row, false)));
    }
  }
}
