import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from './support/program.ts';

// The real Node on the real sources: vitest would also run what Node refuses, an enum for instance.
function serve(env: NodeJS.ProcessEnv) {
  const { PATH, HOME, TMPDIR } = process.env;
  const main = join(import.meta.dirname, '..', 'server', 'main.ts');
  return startProgram(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: { PATH, HOME, TMPDIR, PORT: '0', ...env },
  });
}

async function database(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dear-minister-boots-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return `file:${join(folder, 'letters.db')}`;
}

test('it serves the page it prints, and ends well when told to', async () => {
  const server = serve({ DATABASE_URL: await database() });
  const page = await fetch(await server.address());
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<html');
  expect(await server.stop()).toMatchObject({ status: 0 });
});

test('a web process and two outboxes that start at once on an empty database all come up, with one open campaign', async () => {
  const DATABASE_URL = await database();
  const PUBLIC_URL = 'http://127.0.0.1:1';
  const web = serve({ DATABASE_URL, ROLE: 'web' });
  const others = [1, 2].map(() => serve({ DATABASE_URL, PUBLIC_URL, ROLE: 'outbox' }));
  expect(await (await fetch(await web.address())).text()).toContain('INTERPOL');
  // Time to come up, or to fall.
  await new Promise((done) => setTimeout(done, 3000));
  for (const each of [web, ...others])
    expect(await each.stop()).toMatchObject({ status: 0, stderr: expect.not.stringContaining('cannot start') });
});

test('half a key is refused, not used', async () => {
  const DATABASE_URL = await database();
  await writeFile(join(dirname(DATABASE_URL.slice('file:'.length)), 'secret.key'), '');
  expect(await serve({ DATABASE_URL }).ended).toEqual(refused(/^.*secret\.key holds no key.*\n$/));
});

const refused = (because: RegExp) => ({ status: 1, stdout: '', stderr: expect.stringMatching(because) });

test('a port in use: one line, and no start', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const server = serve({ DATABASE_URL: await database(), PORT: `${port}` });
  expect(await server.ended).toEqual(refused(/^.*\bport\b.*\n$/));
});

test('a database where nothing can be written: one line, and no start', async () => {
  // Below a file, where not even root can write.
  const server = serve({ DATABASE_URL: 'file:package.json/letters.db' });
  expect(await server.ended).toEqual(refused(/^.*\n$/));
});

test('production without a key: one line, and no start', async () => {
  const server = serve({ DATABASE_URL: await database(), NODE_ENV: 'production' });
  expect(await server.ended).toEqual(refused(/^.*SECRET_KEY.*\n$/));
});

test('where no key can be made it does not begin, and says what to set', async () => {
  const file = join(dirname((await database()).slice('file:'.length)), 'a-file');
  await writeFile(file, '');
  const server = serve({ DATABASE_URL: `file:${join(dirname(file), 'letters.db')}`, KEYS_DIR: join(file, 'keys') });
  const { status, stderr } = await server.ended;
  expect(status).toBe(1);
  expect(stderr).toContain('set KEYS_DIR to a folder that can be written');
});
