import { asideVerbs } from './asides.ts';
import { campaignerVerbs, sessionVerbs } from './campaigners.ts';
import { campaignVerbs } from './campaigns.ts';
import { cellVerbs } from './cells.ts';
import type { Connection } from './connection.ts';
import { contactVerbs } from './contacts.ts';
import { deedVerbs } from './deeds.ts';
import { deskMailVerbs } from './desk-mails.ts';
import { erasureVerbs } from './erasure.ts';
import { holdVerbs } from './holds.ts';
import { hookVerbs } from './hooks.ts';
import { intakeVerbs } from './intakes.ts';
import { jobVerbs } from './jobs.ts';
import { letterVerbs } from './letters.ts';
import { livingVerbs } from './living.ts';
import { mailboxVerbs } from './mailbox.ts';
import { noticeVerbs } from './notices.ts';
import { passkeyVerbs } from './passkeys.ts';
import { queueVerbs } from './queues.ts';
import { revisionVerbs } from './revisions.ts';
import { submissionVerbs } from './submissions.ts';
import { successionVerbs } from './successions.ts';
import { tallyVerbs } from './tally.ts';
import { ticketVerbs } from './tickets.ts';
import { tokenVerbs } from './tokens.ts';

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
  const revisions = revisionVerbs(connection);
  const queues = queueVerbs(connection);
  const holds = holdVerbs(connection);
  const hooks = hookVerbs(connection);
  const letters = letterVerbs(connection, tally, queues, holds);
  return {
    campaigns: campaignVerbs(connection, revisions, hooks),
    revisions,
    campaigners: campaignerVerbs(connection),
    sessions: sessionVerbs(connection),
    passkeys: passkeyVerbs(connection),
    deeds: deedVerbs(connection),
    deskMails: deskMailVerbs(connection),
    intakes: intakeVerbs(connection),
    jobs: jobVerbs(connection),
    submissions: submissionVerbs(connection, tally, letters.adding),
    letters,
    queues,
    holds,
    hooks,
    successions: successionVerbs(connection),
    notices: noticeVerbs(connection),
    tally,
    cells: cellVerbs(connection),
    asides: asideVerbs(connection, tally),
    tickets: ticketVerbs(connection, tally),
    tokens: tokenVerbs(connection),
    mailbox: mailboxVerbs(connection),
    contacts: contactVerbs(connection),
    living: livingVerbs(connection),
    erasure: erasureVerbs(connection),
    close: connection.close,
  };
}
