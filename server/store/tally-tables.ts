import type { Words } from './dialect/sqlite.ts';

/** The tables that say how many, and nothing of whom. */
export function defineTallyTables({ table, text, moment, count, bytes, primaryKey }: Words) {
  /** How many, and nothing of whom. Moved in the transaction that changes the state. */
  const tally = table(
    'tally',
    {
      campaign: text().notNull(),
      day: text().notNull(),
      country: text().notNull(),
      recipient: text().notNull(),
      source: text().notNull(),
      counter: text().notNull(),
      n: count().notNull(),
    },
    (t) => [primaryKey({ columns: [t.campaign, t.day, t.country, t.recipient, t.source, t.counter] })],
  );

  /**
   * The tally rolled up: by one side (`all`, `day`, `country`, `recipient`, `source`, a month and one of these two,
   * `month-country` and `month-recipient`, or `aside` for what was taken out of the count) and counter. Moved with the tally; pages read this, for it does not grow with the letters.
   */
  const tallySums = table(
    'tally_sums',
    {
      campaign: text().notNull(),
      side: text().notNull(),
      name: text().notNull(),
      counter: text().notNull(),
      n: count().notNull(),
    },
    (t) => [primaryKey({ columns: [t.campaign, t.side, t.name, t.counter] })],
  );

  /** Tickets of "Did you send it?" that have been used. */
  const spentTickets = table('spent_tickets', { ticket: bytes().primaryKey(), expiresAt: moment().notNull() });

  /** Each time letters were taken out of the count: by which condition, and why. */
  const asides = table(
    'asides',
    {
      campaign: text().notNull(),
      id: text().notNull(),
      condition: text().notNull(),
      why: text().notNull(),
      at: moment().notNull(),
      backAt: moment(),
    },
    (t) => [primaryKey({ columns: [t.campaign, t.id] })],
  );

  return { tally, tallySums, spentTickets, asides };
}
