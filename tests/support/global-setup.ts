import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DOOR, startPostgres } from './postgres.ts';

/**
 * Keeps the run's one PostgreSQL. It starts when the first test file asks at this door, so that a run of unit tests
 * does not pay for it, and belongs to the run itself, which outlives every test file and takes it down at the end.
 */
export default async function setup(): Promise<() => Promise<void>> {
  let postgres: ReturnType<typeof startPostgres> | undefined;
  const door = createServer(async (_request, reply) => {
    postgres ??= startPostgres();
    await postgres.then(
      ({ url }) => reply.end(url),
      (error: Error) => reply.writeHead(500).end(error.message),
    );
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  process.env[DOOR] = `http://127.0.0.1:${(door.address() as AddressInfo).port}/`;
  return async () => {
    door.close();
    await postgres?.then(
      ({ stop }) => stop(),
      () => undefined,
    );
  };
}
