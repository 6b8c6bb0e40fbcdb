import Sqlite from 'better-sqlite3';
import { recount } from '../../server/commands/recount.ts';
import { addUp } from '../../server/domain/tally.ts';
import type { Parts } from '../../server/parts.ts';
import type { Letter } from '../../server/store/letters.ts';
import type { Transaction } from './fault-server.ts';
import { DOMAIN, SLUG } from './world.ts';

/** What became of letters that were promised to be sent, when those who send them were killed. Each is added up over the rounds. */
export type Toll = {
  letters: number;
  sent: number;
  /** Held because twice nobody could tell whether they had arrived. */
  doubtful: number;
  /** Promised, and neither sent (and seen by the mail server) nor held as doubtful. */
  lost: number;
  ambiguous: number;
  /** Copies beyond the first of each letter. */
  extra: number;
  /** Copies that no ambiguous attempt of that letter excuses, or third ones. */
  tooMany: number;
  /** Texts under another Message-ID than their letter's own, or of no letter that was promised. */
  wrongIds: number;
  /** Ambiguous attempts that the tally has too many or too few, and cells in which it differs from the rows. */
  differences: number;
  corrupt: number;
};

/** Holds what was promised against what the database says and the mail server saw. */
export async function reckon(
  parts: Pick<Parts, 'store' | 'vault' | 'config' | 'world'>,
  file: string,
  promised: readonly string[],
  transactions: readonly Transaction[],
): Promise<Toll> {
  const { store, vault } = parts;
  const rows = await Promise.all(promised.map((token) => store.letters.byStatus(vault.lookup(token))));
  const letters = rows.filter((row): row is Letter => row !== null);
  const copies = new Map(letters.map(({ id }) => [`<${id}@${DOMAIN}>`, 0]));
  let wrongIds = 0;
  for (const { from, whole, messageId } of transactions) {
    const id = /^b\+([0-9a-f]{32})/.exec(from)?.[1];
    if (!whole || !id) continue;
    const known = messageId === `<${id}@${DOMAIN}>` ? copies.get(messageId) : undefined;
    if (known === undefined) wrongIds += 1;
    else copies.set(messageId as string, known + 1);
  }
  const copiesOf = ({ id }: Letter) => copies.get(`<${id}@${DOMAIN}>`) ?? 0;
  const sum = (of: (letter: Letter) => number) => letters.reduce((total, letter) => total + of(letter), 0);
  const isSent = (letter: Letter) => letter.state === 'sent' && copiesOf(letter) > 0;
  const isDoubtful = ({ state, reason }: Letter) => state === 'held' && reason === 'doubtful';
  const ambiguous = sum(({ doubts }) => doubts);
  const counted = addUp(await store.tally.read(SLUG)).doubtful;
  return {
    letters: promised.length,
    sent: sum((letter) => Number(isSent(letter))),
    doubtful: sum((letter) => Number(isDoubtful(letter))),
    lost: promised.length - sum((letter) => Number(isSent(letter) || isDoubtful(letter))),
    ambiguous,
    extra: sum((letter) => Math.max(0, copiesOf(letter) - 1)),
    tooMany: sum((letter) => Math.max(0, copiesOf(letter) - Math.min(2, 1 + letter.doubts))),
    wrongIds,
    differences: Math.abs(ambiguous - counted) + (await differences(parts)),
    corrupt: integrityFaults(file),
  };
}

/** What `recount` finds, in lines. */
export async function differences({
  store,
  config,
  world,
}: Pick<Parts, 'store' | 'config' | 'world'>): Promise<number> {
  const bench = { store, config, world, now: 0, today: '', say: () => {} };
  return recount(bench, SLUG).then(
    () => 0,
    (error) => {
      if ('lines' in error) return error.lines.length;
      throw error;
    },
  );
}

/** How many faults SQLite finds in a file. */
export function integrityFaults(file: string): number {
  const client = new Sqlite(file);
  try {
    const found = client.pragma('integrity_check') as { integrity_check: string }[];
    return found.filter(({ integrity_check }) => integrity_check !== 'ok').length;
  } finally {
    client.close();
  }
}
