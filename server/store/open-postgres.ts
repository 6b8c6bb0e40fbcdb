import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  type Connection,
  type Database,
  Lost,
  type Prepared,
  type Statement,
  StoreFault,
  storeError,
} from './connection.ts';
import { words } from './dialect/postgres.ts';
import { fillPlaceholders, postgresDriver, postgresMigrator } from './drizzle.ts';
import { defineTables } from './tables.ts';

// Any number will do, as long as every process of ours asks for the same one.
const MIGRATION_LOCK = 2_021_111_5;

/** Opens a PostgreSQL database and brings its tables up to date; processes that start together take turns. */
export async function openPostgres(url: string, root: string): Promise<Connection> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const drizzled = postgresDriver().drizzle(pool, { casing: 'snake_case' });
  try {
    await migrateOnce(pool, resolve(root, 'migrations/postgres'));
  } catch (error) {
    await pool.end();
    throw error;
  }

  let count = 0;
  return {
    db: drizzled as unknown as Database,
    tables: defineTables(words),
    prepare: (query) => {
      count += 1;
      const name = `dear_minister_${count}`;
      return guarded((query as unknown as NamedQuery).prepare(name), name);
    },
    atomically: (statements) => persistently(() => atomically(statements)),
    scrub: () => true,
    close: () => pool.end(),
  };

  async function atomically(statements: readonly Statement[]): Promise<void> {
    const client = await pool.connect().catch((error) => {
      throw storeError(error);
    });
    try {
      await client.query('BEGIN');
      for (const { write, values, expects } of statements) {
        const { name, sql, params } = write as unknown as Compiled;
        const { rowCount } = await client.query({ name, text: sql, values: fillPlaceholders(params, values) });
        if (expects !== undefined && rowCount !== expects) throw new Lost(`changed ${rowCount}`);
      }
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw storeError(error);
    }
  }
}

/** PostgreSQL undoes one of two transactions that wait for each other; done again, it finds its way. */
async function persistently(transaction: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (!(error instanceof StoreFault) || !UNDONE.has(error.code) || tries === 8) throw error;
      // At different moments, or they would meet again.
      await sleep(Math.random() * 100 * tries);
    }
  }
}

/** Deadlock, and a transaction that could not be put in order with others. */
const UNDONE = new Set(['40P01', '40001']);

async function migrateOnce(pool: pg.Pool, migrationsFolder: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await postgresMigrator().migrate(postgresDriver().drizzle(client), { migrationsFolder });
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  } finally {
    client.release();
  }
}

type NamedQuery = { prepare(name: string): Prepared<never> & { getQuery(): { sql: string; params: unknown[] } } };
type Compiled = { name: string; sql: string; params: unknown[] };

/** Keeps the text and parameters beside the prepared query: inside a transaction they run on its own connection. */
function guarded<Row>(prepared: ReturnType<NamedQuery['prepare']>, name: string): Prepared<Row> {
  const { sql, params } = prepared.getQuery();
  const execute = async (values?: Record<string, unknown>) => {
    try {
      return (await prepared.execute(values)) as Row;
    } catch (error) {
      throw storeError(error);
    }
  };
  return { execute, name: `${name}_tx`, sql, params } as Prepared<Row> & Compiled;
}
