import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import { DrizzleQueryError } from './drizzle.ts';
import type { Tables } from './tables.ts';

/** What both databases can do through drizzle, typed as SQLite's; awaiting works the same on both. */
export type Database = Pick<BaseSQLiteDatabase<'async', unknown>, 'select' | 'insert' | 'update' | 'delete'>;

/** A query made ready once, with placeholders for what changes. */
export type Prepared<Row = unknown> = { execute(values?: Record<string, unknown>): Promise<Row> };

/** A prepared write inside a transaction. `expects`: how many rows it must change, else the whole transaction is undone. */
export type Statement = { write: Prepared; values: Record<string, unknown>; expects?: number };

/** An open database. A transaction is a list of statements: nothing is read or decided in its midst. */
export type Connection = {
  db: Database;
  tables: Tables;
  prepare<Row>(query: { prepare(): { execute(values?: Record<string, unknown>): Row } }): Prepared<Awaited<Row>>;
  /** Commits all or none. Throws {@link Lost} where a statement did not find what it expected. */
  atomically(statements: readonly Statement[]): Promise<void>;
  /**
   * Makes what was erased go from the files too. False where somebody who reads at this moment holds old pages: then it
   * must be done again. Where the database keeps old rows by its nature (PostgreSQL), there is nothing to do, and only
   * the keys that are destroyed make them unreadable.
   */
  scrub(): boolean;
  close(): Promise<void>;
};

/** Somebody else was first: an expected row had changed, or a unique one existed. Read again, and decide anew. */
export class Lost extends Error {}

/** A fault of the database, told by its code only: the driver's own text can hold what somebody typed. */
export class StoreFault extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`the database refused: ${code}`);
    this.code = code;
  }
}

const CONFLICTS = new Set(['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE', '23505']);

/** Any driver's error as one of ours, without its parameters. */
export function storeError(error: unknown): Error {
  if (error instanceof Lost || error instanceof StoreFault) return error;
  const cause = error instanceof DrizzleQueryError && error.cause ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return CONFLICTS.has(code) ? new Lost(code) : new StoreFault(code);
}
