import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';

/** The environment variable in which a test run names the door where its PostgreSQL is asked for. */
export const DOOR = 'DEAR_MINISTER_TEST_POSTGRES';

/** Starts a PostgreSQL that lives until `stop` is called, or until this process ends in whatever way. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  // Detached: Ctrl-C in a terminal reaches the whole group, and the keeper must live on to clear up.
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'postgres-keeper.ts')], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(keeper, 'close');
  const url = await firstLine(keeper);
  return {
    url,
    async stop() {
      keeper.stdin.end();
      await ended;
    },
  };
}

/** What the keeper says first is the address; if it ends before, what it complained of is the reason. */
function firstLine(keeper: ChildProcessWithoutNullStreams): Promise<string> {
  let said = '';
  let complaint = '';
  keeper.stderr.on('data', (text) => (complaint += text));
  return new Promise((resolve, reject) => {
    keeper.stdout.on('data', (text) => {
      said += text;
      if (said.includes('\n')) resolve(said.trim());
    });
    keeper.on('error', reject);
    keeper.on('close', () => reject(new Error(`PostgreSQL for the tests did not start:\n${complaint}`)));
  });
}

/** A database of its own on a real PostgreSQL 18. It goes with `drop`, or at the latest when the test run ends. */
export async function freshPostgres(): Promise<{ url: string; drop(): Promise<void> }> {
  const door = process.env[DOOR];
  if (!door)
    throw new Error('freshPostgres() works inside a vitest run: tests/support/global-setup.ts opens its door.');
  const answer = await fetch(door);
  const server = await answer.text();
  if (!answer.ok) throw new Error(server);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await tell(server, `CREATE DATABASE ${name}`);
  return {
    url: new URL(`/${name}`, server).href,
    drop: () => tell(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function tell(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
