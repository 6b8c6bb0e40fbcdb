import { type Bench, Refused } from '../../server/commands/command.ts';
import { recount } from '../../server/commands/recount.ts';
import { addUp } from '../../server/domain/tally.ts';
import type { Parts } from '../../server/parts.ts';
import type { Letter } from '../../server/store/letters.ts';
import type { Transaction } from './fault-server.ts';
import { DOMAIN, SLUG } from './world.ts';

/** What became of some letters, as the database says and as the mail server saw it. Each should be 0 where not said otherwise. */
export type Findings = {
  letters: number;
  sent: number;
  failed: number;
  held: number;
  /** Not ended, or ended in a way that nothing the mail server did explains. */
  lost: number;
  /** Copies beyond the first of each letter (allowed after an ambiguous attempt, one a letter). */
  extra: number;
  /** Copies that are more than one and one for each ambiguous attempt, or more than two of one letter. */
  tooMany: number;
  /** How many whole texts the mail server got and never answered. */
  ambiguous: number;
  /** Transactions to an address that is no office's, or not this letter's, or to more than one. */
  strays: number;
  /** Texts under another Message-ID than their letter's own. */
  wrongIds: number;
  /** By how much the tally's `doubtful` differs from the ambiguous attempts there may have been. */
  miscounted: number;
  /** Cells in which the tally and the rows differ. */
  differences: number;
};

/** Compares what the database says of the letters with what the mail server saw. */
export async function inspect(
  parts: Parts,
  statusTokens: readonly string[],
  transactions: readonly Transaction[],
): Promise<Findings> {
  const letters = await lettersOf(parts, statusTokens);
  const offices = new Map((parts.campaigns.get(SLUG)?.recipients ?? []).map(({ id, email }) => [id, email]));
  const seen = Map.groupBy(transactions, ({ from }) => letterOf(from));
  const found: Findings = {
    letters: statusTokens.length,
    sent: count(letters, 'sent'),
    failed: count(letters, 'failed'),
    held: count(letters, 'held'),
    lost: statusTokens.length - letters.length,
    extra: 0,
    tooMany: 0,
    ambiguous: transactions.filter(isAmbiguous).length,
    strays: 0,
    wrongIds: 0,
    miscounted: 0,
    differences: await differences(parts),
  };
  for (const letter of letters) {
    const its = seen.get(letter.id) ?? [];
    seen.delete(letter.id);
    const copies = its.filter(({ kept }) => kept).length;
    if (!isExplained(letter, its)) found.lost += 1;
    found.extra += Math.max(0, copies - 1);
    found.tooMany += Math.max(0, copies - Math.min(2, 1 + its.filter(isAmbiguous).length));
    found.strays += its.filter(
      ({ to }) => to.length > 1 || (to[0] ?? '') !== (offices.get(letter.recipient) ?? ''),
    ).length;
    found.strays -= its.filter(({ to }) => to.length === 0).length;
    found.wrongIds += its.filter(({ whole, messageId }) => whole && messageId !== `<${letter.id}@${DOMAIN}>`).length;
  }
  // What is left was from nobody we know.
  for (const its of seen.values()) found.strays += its.length;
  const counted = addUp(await parts.store.tally.read(SLUG)).doubtful;
  // Where a connection ended while the text came, the dot may have been on its way unseen.
  const most = found.ambiguous + transactions.filter(({ cutInText }) => cutInText).length;
  found.miscounted = Math.max(0, found.ambiguous - counted, counted - most);
  return found;
}

/** The letters that are still there, some at a time: the database's connections are few. */
async function lettersOf({ store, vault }: Parts, statusTokens: readonly string[]): Promise<Letter[]> {
  const found: Letter[] = [];
  for (let from = 0; from < statusTokens.length; from += 100) {
    const some = statusTokens.slice(from, from + 100);
    const rows = await Promise.all(some.map((token) => store.letters.byStatus(vault.lookup(token))));
    found.push(...rows.filter((row) => row !== null));
  }
  return found;
}

/** The id of the letter that a return path belongs to. */
function letterOf(from: string): string {
  return /^b\+([0-9a-f]{32})/.exec(from)?.[1] ?? '';
}

function isAmbiguous({ whole, answer }: Transaction): boolean {
  return whole && answer === null;
}

function count(letters: readonly Letter[], state: Letter['state']): number {
  return letters.filter((letter) => letter.state === state).length;
}

/** Whether what the mail server did with a letter leads to the state it is in. */
function isExplained({ state, reason }: Letter, its: readonly Transaction[]): boolean {
  const refused = its.some(({ answer, kept }) => !kept && answer?.startsWith('5'));
  if (state === 'sent') return its.some(({ kept, answer }) => kept && answer?.startsWith('2'));
  if (state === 'failed') return refused;
  if (state !== 'held') return false;
  if (reason === 'policy') return refused;
  if (reason === 'doubtful') return its.filter((each) => isAmbiguous(each) || each.cutInText).length >= 2;
  // The office refused so many others that a person must look at it first.
  return reason === 'refusing';
}

async function differences(parts: Parts): Promise<number> {
  const bench: Bench = { ...parts, now: parts.now(), today: '', say: () => {} };
  try {
    await recount(bench, SLUG);
    return 0;
  } catch (error) {
    if (error instanceof Refused) return error.lines.length;
    throw error;
  }
}
