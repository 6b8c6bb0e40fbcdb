import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownerOf } from '../../server/outbox/returns.ts';
import { startProgram } from '../support/program.ts';
import { testVault } from '../support/vault.ts';

const vault = testVault('k'.repeat(48));
const owner = (address: string) => ownerOf({ vault, config: { mailDomain: 'letters.example' } as never }, address);

test('a return path that we have signed, in any case', () => {
  const path = `${vault.returnPath('letter', vault.newId())}@letters.example`;
  expect([owner(path), owner(path.toUpperCase())]).toEqual(['token', 'token']);
  expect(owner(path.replace('letters.example', 'other.example'))).toBe('no');
});

test('M15: of 10,000 forged return paths none is ours', () => {
  const forged = Array.from({ length: 10_000 }, () => `b+${randomBytes(26).toString('hex')}@letters.example`);
  expect(forged.filter((address) => owner(address) !== 'no')).toEqual([]);
  const right = vault.returnPath('letter', vault.newId());
  for (let i = 2; i < right.length; i++) {
    const other = right[i] === '0' ? '1' : '0';
    expect(owner(`${right.slice(0, i)}${other}${right.slice(i + 1)}@letters.example`)).toBe('no');
  }
});

test.each([
  ['letters@letters.example', 'sender'],
  ['letter+0123@LETTERS.example', 'sender'],
  ['letters@other.example', 'no'],
  ['postmaster@letters.example', 'no'],
  ['letters', 'no'],
  ['@letters.example', 'no'],
  ['', 'no'],
])('%s: %s', (address, expected) => expect(owner(address)).toBe(expected));

/** A port that nothing listens at just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** What answers at a port first, or that nothing does. */
async function greeting(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    return String((await once(socket, 'data'))[0]);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'fault';
  } finally {
    socket.destroy();
  }
}

function serve(env: NodeJS.ProcessEnv) {
  const { PATH, HOME, TMPDIR } = process.env;
  const main = join(import.meta.dirname, '../../server/main.ts');
  return startProgram(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      PATH,
      HOME,
      TMPDIR,
      PORT: '0',
      LOG_LEVEL: 'warn',
      MAIL_DOMAIN: 'letters.example',
      SECRET_KEY: 'k'.repeat(48),
      ...env,
    },
  });
}

test('the program listens where it is told to, unless it is only the web; and ends well', {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dear-minister-returns-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const env = { DATABASE_URL: `file:${join(folder, 'letters.db')}`, BOUNCE_LISTEN: `127.0.0.1:${port}` };
  const server = serve(env);
  await server.address();
  expect(await greeting(port)).toBe('220 letters.example ESMTP\r\n');
  const idle = connect(port, '127.0.0.1');
  await once(idle, 'data');
  const farewell = once(idle, 'data');
  expect(await server.stop()).toMatchObject({ status: 0, stderr: '' });
  expect(String((await farewell)[0])).toMatch(/^421 /);
  const web = serve({ ...env, ROLE: 'web' });
  await web.address();
  expect(await greeting(port)).toBe('ECONNREFUSED');
});
