import { createRequire } from 'node:module';

export type { AnyColumn } from 'drizzle-orm';

// Drizzle as ES modules is several hundred small files, which take most of a second to load; the same library as
// CommonJS loads in a sixth of that. Everything in this room takes it from here, so that there is only one copy.
// drizzle-kit, which makes the migrations, knows no `import.meta.url`; it runs in the project's folder.
const load = createRequire(import.meta.url ?? `${process.cwd()}/`);

export const {
  and,
  asc,
  DrizzleQueryError,
  desc,
  eq,
  fillPlaceholders,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  or,
  sql,
} = load('drizzle-orm') as typeof import('drizzle-orm');

export const sqliteWords = () => load('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');
export const sqliteDriver = () => load('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3');
export const sqliteMigrator = () =>
  load('drizzle-orm/better-sqlite3/migrator') as typeof import('drizzle-orm/better-sqlite3/migrator');

export const postgresWords = () => load('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');
export const postgresDriver = () => load('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres');
export const postgresMigrator = () =>
  load('drizzle-orm/node-postgres/migrator') as typeof import('drizzle-orm/node-postgres/migrator');
