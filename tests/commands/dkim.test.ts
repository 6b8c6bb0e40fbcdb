import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { beforeEach, expect, test } from 'vitest';
import { runDkim } from '../../server/commands/dkim.ts';
import { readConfig } from '../../server/config.ts';
import { signerOf } from '../../server/mail/dkim.ts';
import { emptyFolder } from '../campaigns/files.ts';
import { type Ending, startProgram } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let home: string;
let keyFile: string;
beforeEach(() => {
  home = emptyFolder();
  keyFile = join(home, 'keys', 'dkim.pem');
});

const environment = (more: Record<string, string> = {}) => ({
  DATABASE_URL: `file:${join(home, 'keys', 'test.db')}`,
  MAIL_DOMAIN: 'letters.example',
  ...more,
});

async function dkim(more: Record<string, string> = {}, ...args: string[]): Promise<Ending> {
  const ending: Ending = { status: null, stdout: '', stderr: '' };
  ending.status = await runDkim(args, () => readConfig(environment(more)), {
    say: (line) => (ending.stdout += `${line}\n`),
    complain: (line) => (ending.stderr += `${line}\n`),
  });
  return ending;
}

/** The lines that are records: name, type, value. */
const records = ({ stdout }: Ending) =>
  stdout.split('\n').flatMap((line) => {
    const [, name = '', type = '', value = ''] = /^(\S+)\. ((?:IN )?TXT|MX) (.+)$/.exec(line) ?? [];
    return name ? [{ name, type, value }] : [];
  });

test('makes a key that only its owner reads, and prints the record by which others verify what it signs', async () => {
  const ending = await dkim();
  expect(ending).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(createPrivateKey(readFileSync(keyFile)).asymmetricKeyDetails?.modulusLength).toBe(2048);
  const [whole, split] = records(ending);
  expect(whole).toMatchObject({ name: 'dm1._domainkey.letters.example', type: 'TXT' });
  const strings = [...(split?.value ?? '').matchAll(/"([^"]*)"/g)].map(([, part = '']) => part);
  expect(strings.every((part) => part.length <= 255)).toBe(true);
  expect(strings.join('')).toBe(whole?.value);
  const mail = Buffer.from('From: a@letters.example\r\nSubject: s\r\n\r\nbody\r\n');
  const signed = await signerOf(readConfig(environment()), ROOT)(mail);
  const { results } = await dkimVerify(signed, { resolver: async () => [strings], strict: true });
  expect(results.map(({ status }) => status.result)).toEqual(['pass']);
});

test('called again it keeps the key, and prints the same', async () => {
  const first = await dkim();
  const key = readFileSync(keyFile, 'utf8');
  const second = await dkim();
  expect(readFileSync(keyFile, 'utf8')).toBe(key);
  expect(records(second)).toEqual(records(first));
  expect(first.stdout).toContain('A new key was made');
  expect(second.stdout).not.toContain('A new key was made');
});

test('never overwrites what lies there, and never prints a private key', async () => {
  await dkim();
  const { stdout } = await dkim();
  const secret = readFileSync(keyFile, 'utf8').split('\n')[3] ?? '';
  expect(secret.length).toBe(64);
  expect(stdout).not.toContain(secret);
  writeFileSync(keyFile, 'not a key');
  const ending = await dkim();
  expect(ending).toMatchObject({ status: 1, stdout: expect.not.stringContaining('TXT') });
  expect(ending.stderr).toMatch(/^The DKIM key cannot be read: .+\n$/);
  expect(readFileSync(keyFile, 'utf8')).toBe('not a key');
});

test('a key that is given is used, and none is made', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const given = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const ending = await dkim({ DKIM_KEY: given, DKIM_SELECTOR: 'second' });
  expect(existsSync(keyFile)).toBe(false);
  const published = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  expect(records(ending)[0]).toEqual({
    name: 'second._domainkey.letters.example',
    type: 'TXT',
    value: `v=DKIM1; k=rsa; p=${published}`,
  });
});

test('SPF speaks of the relay there is', async () => {
  const spf = async (smtpUrl: string) =>
    records(await dkim({ SMTP_URL: smtpUrl }))
      .map(({ value }) => value)
      .filter((value) => value.startsWith('v=spf1'));
  expect(await spf('smtp://anna:secret@relay.example:587')).toEqual([
    'v=spf1 include:PROVIDER ~all',
    'v=spf1 a:relay.example ~all',
  ]);
  expect((await spf('smtp://192.0.2.7'))[1]).toBe('v=spf1 ip4:192.0.2.7 ~all');
  expect((await spf('smtp://[2001:db8::7]'))[1]).toBe('v=spf1 ip6:2001:db8::7 ~all');
  expect(await spf('smtp://127.0.0.1:25')).toHaveLength(1);
  expect((await dkim({ SMTP_URL: 'smtp://anna:secret@relay.example:587' })).stdout).not.toContain('secret@');
});

test('MX is asked for only where returned mail comes to a listener', async () => {
  const mx = async (more: Record<string, string>) => records(await dkim(more)).filter(({ type }) => type === 'MX');
  expect(await mx({})).toEqual([]);
  expect(await mx({ BOUNCE_LISTEN: '0.0.0.0:25', PUBLIC_URL: 'https://write.example' })).toEqual([
    { name: 'letters.example', type: 'MX', value: '10 write.example.' },
  ]);
  expect((await mx({ BOUNCE_LISTEN: '0.0.0.0:25' }))[0]?.value).toBe('10 mail.letters.example.');
});

test('DMARC begins with p=none', async () => {
  const dmarc = records(await dkim()).filter(({ name }) => name === '_dmarc.letters.example');
  expect(dmarc.map(({ value }) => value)).toEqual([
    'v=DMARC1; p=none; rua=mailto:dmarc@letters.example',
    'v=DMARC1; p=quarantine; rua=mailto:dmarc@letters.example',
  ]);
});

test('without a domain of one’s own it is refused, and no key is made', async () => {
  const ending = await dkim({ MAIL_DOMAIN: 'localhost' });
  expect(ending).toMatchObject({ status: 1, stdout: '' });
  expect(ending.stderr).toMatch(/^MAIL_DOMAIN is localhost\. Set it to .+\n$/);
  expect(existsSync(keyFile)).toBe(false);
});

test('a wrong call and a wrong setting are told apart', async () => {
  expect(await dkim({}, 'now')).toEqual({ status: 2, stdout: '', stderr: 'Usage: npm run dkim\n' });
  expect(await dkim({ SMTP_TLS: 'never' })).toMatchObject({ status: 1, stderr: expect.stringContaining('SMTP_TLS') });
});

test('is what npm run dkim runs', async () => {
  const env = { PATH: process.env.PATH, ...environment() };
  const { status, stdout, stderr } = await startProgram(process.execPath, ['server/commands/main.ts', 'dkim'], {
    cwd: ROOT,
    env,
  }).ended;
  expect({ status, stderr: stderr.replace(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, '') }).toEqual({
    status: 0,
    stderr: '',
  });
  expect(stdout).toContain('dm1._domainkey.letters.example. TXT v=DKIM1');
  expect(existsSync(keyFile)).toBe(true);
});
