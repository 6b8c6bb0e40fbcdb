import { postgresWords } from '../drizzle.ts';
import type { Words } from './sqlite.ts';

const { bigint, customType, index, integer, pgTable, primaryKey, text, uniqueIndex } = postgresWords();

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** The same words for PostgreSQL. The cast is one of the two in this room: both dialects build the same shapes. */
export const words = {
  table: pgTable,
  text: () => text(),
  moment: () => bigint({ mode: 'number' }),
  count: () => integer(),
  bytes: () => bytea(),
  primaryKey,
  index,
  uniqueIndex,
} as unknown as Words;
