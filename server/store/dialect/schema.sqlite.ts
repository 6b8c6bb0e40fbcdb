// Read by drizzle-kit when migrations are generated.
import { defineTables } from '../tables.ts';
import { words } from './sqlite.ts';

export const {
  campaigns,
  recipients,
  signatories,
  texts,
  submissions,
  letters,
  queues,
  notices,
  marks,
  tally,
  spentTickets,
  mailbox,
  contacts,
  asides,
  campaigners,
  roles,
  signIns,
  sessions,
  deskMails,
  deeds,
  revisions,
  pieces,
  intakes,
} = defineTables(words);
