import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBounce } from '../../server/commands/bounce.ts';
import { readConfig } from '../../server/config.ts';
import { type Ending, startProgram } from '../support/program.ts';
import { testVault } from '../support/vault.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SECRET_KEY = 'k'.repeat(48);
const DEAD = `Return-Path: <>
From: MAILER-DAEMON@mx.test
To: b@letters.test
Subject: failure notice

<minister@office.test>:
Sorry, no mailbox here by that name. (#5.1.1)
`;
const LINE = { kind: 'hard', status: '5.1.1', recipient: 'minister@office.test' };

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'dear-minister-bounce-'));

/** Runs the command as `main.ts` does; without `env` nothing may be read from the environment. */
async function bounce(args: string[], message = DEAD, env: Record<string, string> | null = null): Promise<Ending> {
  const ending: Ending = { status: null, stdout: '', stderr: '' };
  const configure = () => {
    if (!env) throw new Error('the environment was read');
    return readConfig(env);
  };
  const voice = {
    say: (line: string) => {
      ending.stdout += `${line}\n`;
    },
    complain: (line: string) => {
      ending.stderr += `${line}\n`;
    },
  };
  async function* stdin() {
    if (message) yield Buffer.from(message);
  }
  ending.status = await runBounce(args, configure, voice, stdin());
  return ending;
}

const environment = () => ({ DATABASE_URL: `file:${join(emptyFolder(), 'test.db')}`, SECRET_KEY });

test('a dry run says what a returned mail is, and needs neither settings nor a database', async () => {
  const { status, stdout, stderr } = await bounce(['--dry-run', '--json', 'b@letters.test']);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`${JSON.stringify(LINE)}\n`);
  expect((await bounce(['--dry-run'])).stdout).toBe(
    'It came back: the address, or its domain, is not there. (hard, status 5.1.1, for minister@office.test)\n',
  );
});

test('a dry run of a folder says it of each file, in order, and of nothing else that lies there', async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'a-folder'));
  writeFileSync(join(folder, 'two.eml'), DEAD);
  writeFileSync(join(folder, 'one.txt'), 'hello');
  const { status, stdout } = await bounce(['--dry-run', '--json', '--dir', folder], '');
  expect(status).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { file: 'one.txt', kind: 'unknown', status: null, recipient: null },
    { file: 'two.eml', ...LINE },
  ]);
});

test('a wrong call is told how it is called', async () => {
  const wrong = [['a@b.test', 'c@d.test'], ['--json'], ['--dir', '/tmp'], ['--dry-run', '--dir', ''], ['--what']];
  for (const args of wrong) {
    const { status, stderr } = await bounce(args);
    expect([status, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain('Usage: npm run bounce');
  }
});

test('what cannot be done is said in one line', async () => {
  for (const [args, message, words] of [
    [['--dry-run'], '', 'no message on standard input'],
    [['--dry-run', '--dir', '/nowhere/at/all'], '', 'ENOENT'],
    [[], DEAD, 'No address in it was signed'],
    [[`b+${'0'.repeat(52)}@letters.test`], DEAD, 'No address in it was signed'],
  ] as const) {
    const { status, stdout, stderr } = await bounce([...args], message, environment());
    expect([status, stdout, stderr.split('\n').length]).toEqual([1, '', 2]);
    expect(stderr).toContain(words);
  }
});

test('M15: who answers to an address that only sends is told where to write', async () => {
  const { status, stderr } = await bounce([`letter+${'a'.repeat(32)}@letters.test`], DEAD, environment());
  expect(status).toBe(1);
  expect(stderr).toBe(
    "This address only carries letters and nobody reads it. To answer the person who wrote to you, write to the address in the letter's Reply-To line.\n",
  );
});

test('M15: a mail to a return path that we signed is taken in, named by the envelope or by the mail itself', async () => {
  const signed = `${testVault(SECRET_KEY).returnPath('letter', '7'.repeat(32))}@letters.test`;
  const noted = { status: 0, stdout: 'It is noted; no letter changes.\n', stderr: '' };
  expect(await bounce([signed], DEAD, environment())).toEqual(noted);
  expect(await bounce([], `Delivered-To: ${signed}\n${DEAD}`, environment())).toEqual(noted);
});

test('as npm runs it, a folder is meant from where the command was typed', async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'mails'));
  writeFileSync(join(folder, 'mails', 'one.eml'), DEAD);
  const args = ['server/commands/main.ts', 'bounce', '--dry-run', '--json', '--dir', 'mails'];
  const env = { PATH: process.env.PATH, INIT_CWD: folder, DATABASE_URL: 'nonsense' };
  const { status, stdout } = await startProgram(process.execPath, args, { cwd: ROOT, env }).ended;
  expect([status, JSON.parse(stdout)]).toEqual([0, { file: 'one.eml', ...LINE }]);
});
