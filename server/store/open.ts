import { campaignVerbs } from './campaigns.ts';
import type { Connection } from './connection.ts';
import { letterVerbs } from './letters.ts';
import { mailboxVerbs } from './mailbox.ts';
import { openPostgres } from './open-postgres.ts';
import { openSqlite } from './open-sqlite.ts';
import { submissionVerbs } from './submissions.ts';
import { tallyVerbs } from './tally.ts';
import { ticketVerbs } from './tickets.ts';

/**
 * Opens the database of a `DATABASE_URL` (`file:…`, relative to `root`, or `postgres://…`), migrated, as verbs.
 * Every verb is one statement, or a list of statements in one transaction.
 */
export async function openStore(url: string, root: string) {
  const connection = url.startsWith('file:')
    ? await openSqlite(url.slice('file:'.length), root)
    : await openPostgres(url, root);
  return storeOn(connection);
}
export type Store = Awaited<ReturnType<typeof openStore>>;

function storeOn(connection: Connection) {
  const tally = tallyVerbs(connection);
  const letters = letterVerbs(connection, tally);
  return {
    campaigns: campaignVerbs(connection),
    submissions: submissionVerbs(connection, tally, letters.adding),
    letters,
    tally,
    tickets: ticketVerbs(connection, tally),
    mailbox: mailboxVerbs(connection),
    close: connection.close,
  };
}
