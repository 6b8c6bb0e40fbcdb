import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Voice } from '../../server/commands/campaign.ts';
import { runDoctor } from '../../server/commands/doctor.ts';
import { readConfig } from '../../server/config.ts';
import { emptyFolder } from '../campaigns/files.ts';
import { world } from '../doctor/world.ts';
import { type Ending, startProgram } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const environment = (more: Record<string, string> = {}) => ({
  DATABASE_URL: `file:${join(emptyFolder(), 'test.db')}`,
  ...more,
});

async function doctor(args: string[], env = environment()): Promise<Ending> {
  const ending: Ending = { status: null, stdout: '', stderr: '' };
  const voice: Voice = {
    say: (line) =>
      (ending.stdout += `${line}
`),
    complain: (line) =>
      (ending.stderr += `${line}
`),
  };
  ending.status = await runDoctor(args, () => readConfig(env), voice, world({}));
  return ending;
}

test('a fresh installation is told that all is well, and that no mail leaves', async () => {
  expect(await doctor([])).toEqual({
    status: 0,
    stderr: '',
    stdout: [
      'ok     mail        No mail leaves this machine; set SMTP_URL when it shall.',
      'ok     disk        47683 MB are free where the database lies (50 %).',
      'ok     SECRET_KEY  It will be made on the first start.',
      'ok     KEYS_DIR    The keys of letters that wait have their folder.',
      'ok     database    It will be made on the first start.',
      'No fault was found.',
      '',
    ].join('\n'),
  });
});

test('a fault is a line with its mend, and the status says so', async () => {
  const { status, stdout, stderr } = await doctor([], environment({ SMTP_URL: 'smtp://127.0.0.1:1' }));
  expect(status).toBe(1);
  expect(stdout).toMatch(/^fault {2}MAIL_DOMAIN {2}Mail would come from localhost.* Set MAIL_DOMAIN to/m);
  expect(stderr).toMatch(/^There are \d faults to mend before letters arrive\.\n$/);
});

test('--json says the same to programs', async () => {
  const { status, stdout } = await doctor(['--json'], environment({ SMTP_URL: 'smtp://127.0.0.1:1' }));
  const { ok, findings } = JSON.parse(stdout);
  expect({ status, ok }).toEqual({ status: 1, ok: false });
  expect(findings).toContainEqual({
    check: 'MAIL_DOMAIN',
    verdict: 'fault',
    says: expect.stringContaining('localhost'),
    mend: expect.stringContaining('MAIL_DOMAIN'),
  });
  expect(JSON.parse((await doctor(['--json'])).stdout).ok).toBe(true);
});

test('settings that cannot be read are faults, each on its line', async () => {
  const { status, stdout } = await doctor([], environment({ PORT: 'many', SMTP_TLS: 'never' }));
  expect(status).toBe(1);
  expect(stdout).toMatch(/^fault {2}settings {2}PORT is not a number\. /m);
  expect(stdout).toMatch(/^fault {2}settings {2}SMTP_TLS /m);
});

test.each([[['now']], [['--json', '--json']], [['--xml']]])('%j is a wrong call', async (args) => {
  expect(await doctor(args)).toEqual({ status: 2, stdout: '', stderr: 'Usage: npm run doctor [-- --json]\n' });
});

test('is what npm run doctor runs', async () => {
  const env = { PATH: process.env.PATH, ...environment() };
  const { status, stdout, stderr } = await startProgram(process.execPath, ['server/commands/main.ts', 'doctor'], {
    cwd: ROOT,
    env,
  }).ended;
  expect(stdout).toContain('No mail leaves this machine');
  // This machine's own disk may be full.
  expect(status).toBe(stdout.endsWith('No fault was found.\n') ? 0 : 1);
  expect(stderr.includes('to mend')).toBe(status === 1);
});
