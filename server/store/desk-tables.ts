import type { Words } from './dialect/sqlite.ts';

/** The tables of the desk: who works there, what they did, and what campaigns were before. */
export function defineDeskTables({ table, text, moment, count, bytes, primaryKey, index, uniqueIndex }: Words) {
  /**
   * Who works at the desk: `mark` finds the row by an address, `box` holds name and address, both by the server's key.
   * `role` is theirs for the whole installation; empty where they work on single campaigns only.
   */
  const campaigners = table(
    'campaigners',
    {
      id: text().primaryKey(),
      mark: bytes().notNull(),
      box: bytes().notNull(),
      role: text().notNull(),
      addedAt: moment().notNull(),
      endedAt: moment(),
    },
    (t) => [uniqueIndex('campaigners_mark').on(t.mark)],
  );

  /** What a campaigner may do in one campaign. */
  const roles = table(
    'roles',
    { campaign: text().notNull(), campaigner: text().notNull(), role: text().notNull() },
    (t) => [primaryKey({ columns: [t.campaign, t.campaigner] })],
  );

  /** Links that sign somebody in once. `campaigner` is empty for the link that makes the first owner. */
  const signIns = table('sign_ins', {
    hash: bytes().primaryKey(),
    campaigner: text().notNull(),
    expiresAt: moment().notNull(),
  });

  /** Who is signed in where; `id` is how a session is told from others when it is to be ended. */
  const sessions = table(
    'sessions',
    {
      hash: bytes().primaryKey(),
      id: text().notNull(),
      campaigner: text().notNull(),
      createdAt: moment().notNull(),
      seenAt: moment().notNull(),
    },
    (t) => [index('sessions_campaigner').on(t.campaigner), index('sessions_seen').on(t.seenAt)],
  );

  /** Mail to campaigners that is owed, sealed. */
  const deskMails = table(
    'desk_mails',
    {
      id: text().primaryKey(),
      box: bytes().notNull(),
      dayKey: text(),
      dueAt: moment().notNull(),
      attempts: count().notNull(),
      expiresAt: moment().notNull(),
    },
    (t) => [index('desk_mails_due').on(t.dueAt), index('desk_mails_day_key').on(t.dayKey)],
  );

  /** The record: who did what, and when. Rows are added, never changed. `campaign` is empty for the installation. */
  const deeds = table(
    'deeds',
    {
      id: text().primaryKey(),
      campaign: text().notNull(),
      at: moment().notNull(),
      campaigner: text().notNull(),
      deed: text().notNull(),
      about: text().notNull(),
    },
    (t) => [index('deeds_campaign').on(t.campaign, t.at)],
  );

  /** Each revision of a campaign, as the hashes of its four pieces: most saves change one of them. */
  const revisions = table(
    'revisions',
    {
      campaign: text().notNull(),
      revision: count().notNull(),
      at: moment().notNull(),
      campaigner: text().notNull(),
      facts: bytes().notNull(),
      recipients: bytes().notNull(),
      signatories: bytes().notNull(),
      texts: bytes().notNull(),
    },
    (t) => [primaryKey({ columns: [t.campaign, t.revision] })],
  );
  const pieces = table('pieces', { hash: bytes().primaryKey(), content: bytes().notNull() });

  /** Lists that were uploaded and are being looked at before they are taken in. */
  const intakes = table(
    'intakes',
    {
      id: text().primaryKey(),
      campaign: text().notNull(),
      content: bytes().notNull(),
      columns: text().notNull(),
      at: moment().notNull(),
      /** The verdict of each row, as JSON; null until they have been looked at, by the columns as they are now. */
      judged: bytes(),
    },
    (t) => [index('intakes_at').on(t.at)],
  );

  /** Passkeys of campaigners by the ids of their credentials; `box` holds what is known of each, by the server's key. */
  const passkeys = table(
    'passkeys',
    {
      id: text().primaryKey(),
      campaigner: text().notNull(),
      box: bytes().notNull(),
      counter: count().notNull(),
      addedAt: moment().notNull(),
      usedAt: moment(),
    },
    (t) => [index('passkeys_campaigner').on(t.campaigner)],
  );

  /** Challenges that a passkey of `campaigner` has answered, until they are over by themselves: none is answered twice. */
  const challenges = table('challenges', {
    hash: bytes().primaryKey(),
    campaigner: text().notNull(),
    expiresAt: moment().notNull(),
  });

  /**
   * Work that takes longer than a page may: how far it is, and what came of it. `beatAt`: when it was last known to
   * live. `content`: the file it made, if it makes one; `words` and `href`: its result, said and linked.
   */
  const jobs = table(
    'jobs',
    {
      id: text().primaryKey(),
      campaign: text().notNull(),
      campaigner: text().notNull(),
      kind: text().notNull(),
      state: text().notNull(),
      done: count().notNull(),
      total: count().notNull(),
      words: text().notNull(),
      href: text().notNull(),
      content: bytes(),
      beganAt: moment().notNull(),
      beatAt: moment().notNull(),
      endedAt: moment(),
    },
    (t) => [index('jobs_campaign').on(t.campaign, t.beganAt)],
  );

  return {
    campaigners,
    roles,
    signIns,
    sessions,
    passkeys,
    challenges,
    deskMails,
    deeds,
    revisions,
    pieces,
    intakes,
    jobs,
  };
}
