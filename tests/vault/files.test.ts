import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSecret } from '../../server/vault/files.ts';
import { keysFolder } from '../../server/vault/keys.ts';
import { secretKey } from '../../server/vault/secret-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dear-minister-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a secret is written whole, once, for its owner only, and leaves no draft behind', () => {
  const file = join(folder, 'deep', 'er', 'a.key');
  expect(writeSecret(file, 'one')).toBe(true);
  expect(writeSecret(file, 'two')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('one');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['a.key']);
});

test('where it cannot be written that is said, and no draft is left', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => writeSecret(join(folder, 'file', 'a.key'), 'one')).toThrow(/EEXIST|ENOTDIR/);
  expect(readdirSync(folder)).toEqual(['file']);
});

test('a key that is too short is refused, with its place; a given one is taken as it is', () => {
  const url = `file:${join(folder, 'db')}`;
  expect(secretKey('given', url, '/')).toBe('given');
  expect(existsSync(join(folder, 'secret.key'))).toBe(false);
  const made = secretKey(null, url, '/');
  expect(Buffer.from(made, 'base64')).toHaveLength(48);
  expect(secretKey(null, url, '/')).toBe(made);
  writeFileSync(join(folder, 'secret.key'), 'x'.repeat(32));
  expect(secretKey(null, url, '/')).toBe('x'.repeat(32));
  writeFileSync(join(folder, 'secret.key'), 'x'.repeat(31));
  expect(() => secretKey(null, url, '/')).toThrow(`${join(folder, 'secret.key')} holds no key`);
});

test('keys that end lie where it is said, or beside the database', () => {
  expect(keysFolder({ keysDir: '/run/keys', databaseUrl: 'file:var/db' }, '/root')).toBe('/run/keys');
  expect(keysFolder({ keysDir: null, databaseUrl: 'file:data/db' }, '/root')).toBe(resolve('/root/data/keys'));
  expect(keysFolder({ keysDir: null, databaseUrl: 'postgres://x/y' }, '/root')).toBe(resolve('/root/var/keys'));
});
