import type { Words } from './dialect/sqlite.ts';

/** The tables by which other programs are told, or may ask. */
export function defineOutwardTables({ table, text, moment, count, bytes, index }: Words) {
  /** Addresses that are told of what happens in a campaign; `box` holds address and signing secret, by the server's key. */
  const hooks = table(
    'hooks',
    {
      id: text().primaryKey(),
      campaign: text().notNull(),
      box: bytes().notNull(),
      /** Kinds of events it asks for, separated by spaces. */
      events: text().notNull(),
      /** The counters that were told last, as JSON. */
      told: text().notNull(),
      addedAt: moment().notNull(),
      failingSince: moment(),
      endedAt: moment(),
    },
    (t) => [index('hooks_campaign').on(t.campaign)],
  );

  /** What an address is to be told, or was; a row is kept for a while after it is done. */
  const hookDeliveries = table(
    'hook_deliveries',
    {
      id: text().primaryKey(),
      hook: text().notNull(),
      campaign: text().notNull(),
      event: text().notNull(),
      body: text().notNull(),
      at: moment().notNull(),
      /** When it is to be tried next; null when it is done with. */
      dueAt: moment(),
      attempts: count().notNull(),
      doneAt: moment(),
      /** What came of the last try, in a few words. */
      outcome: text().notNull(),
    },
    (t) => [index('hook_deliveries_due').on(t.dueAt), index('hook_deliveries_hook').on(t.hook, t.at)],
  );

  /** Keys by which other programs may read, each for what its scopes say. `campaign` is empty for all of them. */
  const tokens = table(
    'tokens',
    {
      hash: bytes().primaryKey(),
      id: text().notNull(),
      campaign: text().notNull(),
      name: text().notNull(),
      scopes: text().notNull(),
      campaigner: text().notNull(),
      addedAt: moment().notNull(),
      usedAt: moment(),
      expiresAt: moment().notNull(),
    },
    (t) => [index('tokens_campaign').on(t.campaign)],
  );

  return { hooks, hookDeliveries, tokens };
}
