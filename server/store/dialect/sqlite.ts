import { sqliteWords } from '../drizzle.ts';

const { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } = sqliteWords();

/** The words in which `tables.ts` speaks, for SQLite. A moment is milliseconds since 1970 in UTC. */
export const words = {
  table: sqliteTable,
  text: () => text(),
  moment: () => integer(),
  count: () => integer(),
  bytes: () => blob({ mode: 'buffer' }),
  primaryKey,
  index,
  uniqueIndex,
};
export type Words = typeof words;
