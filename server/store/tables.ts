import { defineDeskTables } from './desk-tables.ts';
import type { Words } from './dialect/sqlite.ts';
import { isNotNull } from './drizzle.ts';
import { defineOutwardTables } from './outward-tables.ts';
import { defineTallyTables } from './tally-tables.ts';

/** The schema, once, in each dialect's words. Moments are milliseconds since 1970, days `YYYY-MM-DD`, both in UTC. */
export function defineTables(words: Words) {
  const { table, text, moment, count, bytes, primaryKey, index, uniqueIndex } = words;
  /** A campaign: its facts as `campaign.json` has them, and a revision that grows with every change. */
  const campaigns = table('campaigns', {
    slug: text().primaryKey(),
    state: text().notNull(),
    revision: count().notNull(),
    facts: text().notNull(),
    changedAt: moment().notNull(),
  });

  /** The offices of a campaign's list, each as JSON: all of them are read at once, when a campaign is loaded. */
  const recipients = table(
    'recipients',
    { campaign: text().notNull(), id: text().notNull(), position: count().notNull(), content: text().notNull() },
    (t) => [primaryKey({ columns: [t.campaign, t.id] })],
  );

  const signatories = table(
    'signatories',
    { campaign: text().notNull(), position: count().notNull(), content: text().notNull() },
    (t) => [primaryKey({ columns: [t.campaign, t.position] })],
  );

  /** Letter texts by the name of their file without `.hbs`: `en`, `en.short`, `en.eu-home-affairs`. */
  const texts = table('texts', { campaign: text().notNull(), name: text().notNull(), text: text().notNull() }, (t) => [
    primaryKey({ columns: [t.campaign, t.name] }),
  ]);

  /** One person's act, sealed: by the server while its mail is owed, then by the mailed token, and by page and code. */
  const submissions = table(
    'submissions',
    {
      id: text().primaryKey(),
      state: text().notNull(),
      campaign: text().notNull(),
      country: text().notNull(),
      source: text().notNull(),
      /** Ids of the offices this person writes to, separated by spaces. */
      recipients: text().notNull(),
      /** Hashes by which a link, or a page that is still open, finds its row. */
      tokenHash: bytes().notNull(),
      handleHash: bytes().notNull(),
      box: bytes(),
      /** The key in `KEYS_DIR` that the box is sealed by; null where it is sealed under somebody's link. */
      dayKey: text(),
      tokenLock: bytes(),
      codeLock: bytes(),
      tries: count().notNull(),
      day: text().notNull(),
      dueAt: moment().notNull(),
      attempts: count().notNull(),
      expiresAt: moment().notNull(),
    },
    (t) => [
      uniqueIndex('submissions_token').on(t.tokenHash),
      uniqueIndex('submissions_handle').on(t.handleHash),
      index('submissions_due').on(t.state, t.dueAt),
      index('submissions_expiry').on(t.state, t.expiresAt),
      index('submissions_day_key').on(t.dayKey).where(isNotNull(t.dayKey)),
    ],
  );

  /**
   * One letter to one office. `day` is the day under which its present state is counted; `place` its number in the
   * office's queue. `dottingAt`: its final dot may have been sent, and nobody has settled it yet; `doubts`: how often
   * that ended without an answer. `firstTriedAt`: when an office first put it off. `reason` and `answer` (the mail
   * server's own, without addresses) say how it came to its state.
   */
  const letters = table(
    'letters',
    {
      id: text().primaryKey(),
      submission: text().notNull(),
      state: text().notNull(),
      campaign: text().notNull(),
      country: text().notNull(),
      source: text().notNull(),
      recipient: text().notNull(),
      statusHash: bytes().notNull(),
      box: bytes(),
      dayKey: text(),
      day: text().notNull(),
      dueAt: moment().notNull(),
      attempts: count().notNull(),
      firstTriedAt: moment(),
      changedAt: moment().notNull(),
      place: count().notNull().default(0),
      dottingAt: moment(),
      doubts: count().notNull().default(0),
      reason: text(),
      answer: text(),
      /** The campaign's revision whose text the sender agreed to; 0 where it was not noted. */
      revision: count().notNull().default(0),
      /** Whom it was written to, as a short hash of the office-holder; empty where it was not noted. */
      addressee: text().notNull().default(''),
    },
    (t) => [
      uniqueIndex('letters_status').on(t.statusHash),
      index('letters_queue').on(t.campaign, t.recipient, t.state, t.dueAt),
      index('letters_changed').on(t.state, t.changedAt),
      index('letters_day_key').on(t.dayKey).where(isNotNull(t.dayKey)),
    ],
  );

  /**
   * What waits for an office: `arrived` less `gone` letters. `dueAt`: when it is worth a look; `paceAt`: not before.
   * `refusals` since `refusedFrom` letters had gone, the last one at `refusedAt`; `refusingSince`: it keeps refusing.
   */
  const queues = table(
    'queues',
    {
      campaign: text().notNull(),
      recipient: text().notNull(),
      arrived: count().notNull(),
      gone: count().notNull(),
      dueAt: moment().notNull(),
      paceAt: moment().notNull(),
      refusals: count().notNull().default(0),
      refusedFrom: count().notNull().default(0),
      refusedAt: moment(),
      refusingSince: moment(),
    },
    (t) => [primaryKey({ columns: [t.campaign, t.recipient] }), index('queues_due').on(t.dueAt)],
  );

  /** How many letters are held now, for which office and why. Moved in the transaction that moves a letter. */
  const holds = table(
    'holds',
    { campaign: text().notNull(), recipient: text().notNull(), reason: text().notNull(), n: count().notNull() },
    (t) => [primaryKey({ columns: [t.campaign, t.recipient, t.reason] })],
  );

  /** Letters written to `addressee` may go to whoever holds the office now: somebody decided so. */
  const successions = table(
    'successions',
    { campaign: text().notNull(), recipient: text().notNull(), addressee: text().notNull(), at: moment().notNull() },
    (t) => [primaryKey({ columns: [t.campaign, t.recipient, t.addressee] })],
  );

  /** What needs a campaigner's look: how often, and when last. `recipient` is empty where it is about no office. */
  const notices = table(
    'notices',
    {
      campaign: text().notNull(),
      kind: text().notNull(),
      recipient: text().notNull(),
      n: count().notNull(),
      firstAt: moment().notNull(),
      lastAt: moment().notNull(),
    },
    (t) => [primaryKey({ columns: [t.campaign, t.kind, t.recipient] })],
  );

  /** Who has written, as keyed fingerprints: one for the person in a campaign, one for each of their letters. */
  const marks = table('marks', { campaign: text().notNull(), mark: bytes().notNull() }, (t) => [
    primaryKey({ columns: [t.campaign, t.mark] }),
  ]);

  /** The local mailbox, sealed; `submission` lets a demonstration show a visitor the mails of their own letter. */
  const mailbox = table(
    'mailbox',
    {
      id: text().primaryKey(),
      submission: text().notNull(),
      at: moment().notNull(),
      box: bytes().notNull(),
      dayKey: text(),
    },
    (t) => [
      index('mailbox_submission').on(t.submission),
      index('mailbox_at').on(t.at),
      index('mailbox_day_key').on(t.dayKey),
    ],
  );

  /** People who want to hear from a campaign, each sealed to the campaign's own key. */
  const contacts = table(
    'contacts',
    { id: text().primaryKey(), campaign: text().notNull(), box: bytes().notNull(), expiresAt: moment().notNull() },
    (t) => [index('contacts_campaign').on(t.campaign), index('contacts_expiry').on(t.expiresAt)],
  );

  return {
    ...defineDeskTables(words),
    ...defineOutwardTables(words),
    ...defineTallyTables(words),
    campaigns,
    recipients,
    signatories,
    texts,
    submissions,
    letters,
    queues,
    holds,
    successions,
    notices,
    marks,
    mailbox,
    contacts,
  };
}
export type Tables = ReturnType<typeof defineTables>;
