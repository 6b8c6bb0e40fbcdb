import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ConfigFault, isLoopback, readConfig } from '../server/config.ts';

const faults = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigFault).faults;
  }
};

test('nothing set is a machine of one’s own', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: null,
    smtpUrl: null,
    databaseUrl: 'file:var/dear-minister.db',
    role: 'all',
    mailDomain: 'localhost',
  });
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

test('every fault is named at once', () => {
  const found = faults({
    PORT: 'abc',
    PUBLIC_URL: 'ftp://x',
    DATABASE_URL: 'mysql://x',
    SMTP_URL: 'http://x',
    ROLE: 'king',
    SECRET_KEY: 'short',
    TRUST_PROXY: 'everybody',
    LOG_LEVEL: 'loud',
    NODE_ENV: 'x',
  });
  for (const name of [
    'PORT',
    'PUBLIC_URL',
    'DATABASE_URL',
    'SMTP_URL',
    'ROLE',
    'SECRET_KEY',
    'TRUST_PROXY',
    'LOG_LEVEL',
  ])
    expect(
      found.some((fault) => fault.startsWith(name)),
      name,
    ).toBe(true);
});

test('production needs a key of its own; a secret may come from a file, not from both', () => {
  expect(faults({ NODE_ENV: 'production' })).toEqual([expect.stringContaining('SECRET_KEY')]);
  const file = join(tmpdir(), `dear-minister-secret-${process.pid}`);
  writeFileSync(file, `${'x'.repeat(40)}\n`);
  expect(readConfig({ NODE_ENV: 'production', SECRET_KEY_FILE: file }).secretKey).toBe('x'.repeat(40));
  expect(faults({ SECRET_KEY_FILE: file, SECRET_KEY: 'y'.repeat(40) })).toHaveLength(1);
  expect(faults({ SECRET_KEY_FILE: '/nowhere/at/all' })).toHaveLength(1);
});

test('an outbox of its own must be told where its links lead', () => {
  expect(faults({ ROLE: 'outbox' })).toEqual([expect.stringContaining('PUBLIC_URL')]);
  expect(readConfig({ ROLE: 'outbox', PUBLIC_URL: 'https://letters.example' }).role).toBe('outbox');
});

test('loopback is this machine and no other', () => {
  expect(['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '10.0.0.1', '127.evil.example', 'localhost.evil.example', ''].some(isLoopback)).toBe(false);
});
