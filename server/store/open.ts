import { asideVerbs } from './asides.ts';
import { campaignVerbs } from './campaigns.ts';
import type { Connection } from './connection.ts';
import { contactVerbs } from './contacts.ts';
import { erasureVerbs } from './erasure.ts';
import { letterVerbs } from './letters.ts';
import { mailboxVerbs } from './mailbox.ts';
import { noticeVerbs } from './notices.ts';
import { queueVerbs } from './queues.ts';
import { submissionVerbs } from './submissions.ts';
import { tallyVerbs } from './tally.ts';
import { ticketVerbs } from './tickets.ts';

/**
 * Opens the database of a `DATABASE_URL` (`file:…`, relative to `root`, or `postgres://…`), migrated, as verbs.
 * Every verb is one statement, or a list of statements in one transaction.
 */
export async function openStore(url: string, root: string) {
  return storeOn(await connect(url, root));
}
export type Store = Awaited<ReturnType<typeof openStore>>;

/** Only the driver that is needed is loaded: each costs a good part of the time to start. */
async function connect(url: string, root: string): Promise<Connection> {
  if (!url.startsWith('file:')) return (await import('./open-postgres.ts')).openPostgres(url, root);
  return (await import('./open-sqlite.ts')).openSqlite(url.slice('file:'.length), root);
}

function storeOn(connection: Connection) {
  const tally = tallyVerbs(connection);
  const queues = queueVerbs(connection);
  const letters = letterVerbs(connection, tally, queues);
  return {
    campaigns: campaignVerbs(connection),
    submissions: submissionVerbs(connection, tally, letters.adding),
    letters,
    queues,
    notices: noticeVerbs(connection),
    tally,
    asides: asideVerbs(connection, tally),
    tickets: ticketVerbs(connection, tally),
    mailbox: mailboxVerbs(connection),
    contacts: contactVerbs(connection),
    erasure: erasureVerbs(connection),
    close: connection.close,
  };
}
