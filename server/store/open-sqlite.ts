import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type Connection, type Database, Lost, type Prepared, type Statement, storeError } from './connection.ts';
import { words } from './dialect/sqlite.ts';
import { sqliteDriver, sqliteMigrator } from './drizzle.ts';
import { defineTables } from './tables.ts';

/** How long a write waits for another process on the same file. */
const PATIENCE_MS = 5000;

type Waiting = { statements: readonly Statement[]; done(): void; failed(error: unknown): void };

/**
 * Opens (and makes) a SQLite file and brings its tables up to date. Transactions that arrive in one turn of the event
 * loop are committed together, each in a savepoint of its own: one sync of the disk for many answers.
 */
export async function openSqlite(path: string, root: string): Promise<Connection> {
  const file = path === ':memory:' ? path : resolve(root, path);
  if (file !== ':memory:') makeFile(file);
  const client = new Sqlite(file, { timeout: PATIENCE_MS });
  client.pragma('journal_mode = WAL');
  // An answer that says "accepted" must survive a power cut: every commit is synced.
  client.pragma('synchronous = FULL');
  // What is erased is overwritten, and nothing is put aside in a file of its own.
  client.pragma('secure_delete = ON');
  client.pragma('temp_store = MEMORY');
  if (client.pragma('secure_delete', { simple: true }) !== 1)
    throw new Error('this SQLite does not erase what it deletes');
  const drizzled = sqliteDriver().drizzle(client, { casing: 'snake_case' });
  takeTurns(() => sqliteMigrator().migrate(drizzled, { migrationsFolder: resolve(root, 'migrations/sqlite') }));

  let waiting: Waiting[] = [];
  const atomically = (statements: readonly Statement[]) =>
    new Promise<void>((done, failed) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ statements, done, failed: (error) => failed(storeError(error)) });
    });

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const outcomes: (() => void)[] = [];
    try {
      client.exec('BEGIN IMMEDIATE');
      for (const unit of batch) outcomes.push(attempt(unit));
      client.exec('COMMIT');
    } catch (error) {
      if (client.inTransaction) client.exec('ROLLBACK');
      for (const unit of batch) unit.failed(error);
      return;
    }
    for (const tell of outcomes) tell();
  }

  /** Runs one transaction in a savepoint; gives back how to tell its caller once all is committed. */
  function attempt(unit: Waiting): () => void {
    client.exec('SAVEPOINT unit');
    try {
      for (const { write, values, expects } of unit.statements) {
        const { changes } = (write as unknown as SyncPrepared).run(values);
        if (expects !== undefined && changes !== expects) throw new Lost(`changed ${changes}`);
      }
      client.exec('RELEASE unit');
      return unit.done;
    } catch (error) {
      // A full disk or a failed write may have undone the whole batch already: then nobody in it may be told "done".
      if (!client.inTransaction) throw error;
      client.exec('ROLLBACK TO unit; RELEASE unit');
      return () => unit.failed(error);
    }
  }

  return {
    db: drizzled as unknown as Database,
    tables: defineTables(words),
    prepare: (query) => guarded(query.prepare() as unknown as Prepared<never>),
    atomically,
    scrub: () => {
      // Whoever reads at this moment is not waited for: in the meantime nobody would be answered.
      client.pragma('busy_timeout = 0');
      try {
        const [result] = client.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
        return result?.busy === 0;
      } finally {
        client.pragma(`busy_timeout = ${PATIENCE_MS}`);
      }
    },
    close: async () => {
      if (waiting.length > 0) flush();
      client.close();
    },
  };
}

/** For its owner only, where there is none yet; SQLite gives its log beside it the same mode. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch {
    // What is wrong with it is said by SQLite, which opens it next.
  }
}

/**
 * Of processes that start together on one file one migrates; the others, which had looked before it was done, find the
 * tables there already. Each migration is one transaction, so they look again and find nothing left to do.
 */
function takeTurns(migrate: () => void): void {
  for (let tries = 1; ; tries += 1) {
    try {
      migrate();
      return;
    } catch (error) {
      if (tries === 5) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

type SyncPrepared = { run(values: Record<string, unknown>): { changes: number } };

/** better-sqlite3 answers at once; the same verbs await PostgreSQL. `run` is kept for {@link openSqlite}'s transactions. */
function guarded<Row>(prepared: Prepared<Row>): Prepared<Row> {
  const run = (prepared as unknown as SyncPrepared).run.bind(prepared);
  const execute = async (values?: Record<string, unknown>) => {
    try {
      return await prepared.execute(values);
    } catch (error) {
      throw storeError(error);
    }
  };
  return { execute, run } as Prepared<Row> & SyncPrepared;
}
