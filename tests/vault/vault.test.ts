import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretKey } from '../../server/vault/secret-key.ts';
import { testVault } from '../support/vault.ts';

const vault = testVault('k'.repeat(48));
const other = testVault('j'.repeat(48));

const NOW = Date.parse('2026-11-24T10:00:00Z');

test('what the server seals opens with its key, in its place, and unchanged only', () => {
  const sealed = vault.sealJson('letter 1', { name: 'Aoife' }, NOW);
  expect(vault.openJson('letter 1', sealed)).toEqual({ name: 'Aoife' });
  expect(vault.openJson('letter 2', sealed)).toBeNull();
  expect(other.openJson('letter 1', sealed)).toBeNull();
  const bent = Buffer.from(sealed.box as Buffer);
  bent[20] = (bent[20] ?? 0) ^ 1;
  expect(vault.openJson('letter 1', { ...sealed, box: bent })).toBeNull();
  expect(vault.openJson('letter 1', { ...sealed, box: Buffer.alloc(5) })).toBeNull();
  expect(vault.openJson('letter 1', { ...sealed, box: null })).toBeNull();
  expect(sealed.box?.toString('latin1')).not.toContain('Aoife');
});

test('I10: with the key of its day gone, nothing opens what it sealed', () => {
  const sealed = vault.sealJson('letter 1', { name: 'Aoife' }, NOW);
  vault.keys.destroy(sealed.dayKey ?? '');
  expect(vault.openJson('letter 1', sealed)).toBeNull();
  const next = vault.sealJson('letter 1', { name: 'Aoife' }, NOW);
  expect(next.dayKey).not.toBe(sealed.dayKey);
  expect(vault.openJson('letter 1', { ...next, box: sealed.box })).toBeNull();
});

test('a pending submission opens by the token, or by page and code together, and not by the server’s key', () => {
  const secrets = vault.newSecrets();
  const sealed = vault.sealForSender('s1', secrets, { name: 'Aoife' });
  const key = vault.openTokenLock('s1', secrets.token, sealed.tokenLock);
  expect(key).toBe(secrets.key);
  expect(vault.openForSender('s1', key ?? '', sealed.box)).toEqual({ name: 'Aoife' });
  expect(vault.openCodeLock('s1', secrets.handle, secrets.code, sealed.codeLock)).toBe(secrets.key);
  expect(
    vault.openCodeLock('s1', secrets.handle, '000000' === secrets.code ? '000001' : '000000', sealed.codeLock),
  ).toBeNull();
  expect(vault.openCodeLock('s1', vault.newSecrets().handle, secrets.code, sealed.codeLock)).toBeNull();
  expect(vault.openTokenLock('s1', secrets.handle, sealed.tokenLock)).toBeNull();
  expect(vault.openTokenLock('s2', secrets.token, sealed.tokenLock)).toBeNull();
  const { dayKey } = vault.sealJson('submission s1', {}, NOW);
  for (const by of [null, dayKey]) expect(vault.openJson('submission s1', { box: sealed.box, dayKey: by })).toBeNull();
});

test('marks are one for each spelling of an address, and differ by person, letter and campaign', () => {
  for (const slug of ['bees', 'wasps']) vault.keys.makeOfCampaign(slug);
  other.keys.makeOfCampaign('bees');
  const same = vault.letterMark('bees', 'ie', 'sam@post.example');
  expect(vault.letterMark('bees', 'ie', 'SAM@post.example').equals(same)).toBe(true);
  const others = [
    vault.letterMark('bees', 'de', 'sam@post.example'),
    vault.letterMark('wasps', 'ie', 'sam@post.example'),
    vault.personMark('bees', 'sam@post.example'),
    other.letterMark('bees', 'ie', 'sam@post.example'),
  ];
  for (const mark of others) expect(mark.equals(same)).toBe(false);
});

test('a ticket is good for what it was made for, until its time, unless it is bent', () => {
  const ticket = vault.newTicket('bees IE', 1000);
  expect(vault.readTicket(ticket, 'bees IE', 1000)).toMatchObject({ expiresAt: 1000 });
  expect(vault.readTicket(ticket, 'bees IE', 1001)).toBeNull();
  expect(vault.readTicket(ticket, 'bees DE', 500)).toBeNull();
  expect(other.readTicket(ticket, 'bees IE', 500)).toBeNull();
  expect(vault.readTicket(`${ticket.slice(0, -2)}AA`, 'bees IE', 500)).toBeNull();
  expect(vault.readTicket('', 'bees IE', 500)).toBeNull();
});

test('a return path fits a local part, and is read only where we signed it', () => {
  const id = vault.newId();
  const path = vault.returnPath('letter', id);
  expect(path).toMatch(/^b\+[a-z0-9]{52}$/);
  expect(other.returnPath('letter', id)).not.toBe(path);
  expect(vault.readReturnPath(path)).toEqual({ of: 'letter', id });
  expect(vault.readReturnPath(`${path.toUpperCase()}@Letters.example`)).toEqual({ of: 'letter', id });
  const asked = vault.returnPath('confirmation', id);
  expect(vault.readReturnPath(asked)).toEqual({ of: 'confirmation', id });
  for (const forged of [
    `b${asked.slice(1)}`,
    `c${path.slice(1)}`,
    `${path.slice(0, -1)}g`,
    `${path}0`,
    path.slice(0, -1),
    '',
  ]) {
    expect(vault.readReturnPath(forged)).toBeNull();
  }
  expect(other.readReturnPath(path)).toBeNull();
});

test('status tokens follow from the key', () => {
  const { key } = vault.newSecrets();
  expect(vault.statusToken(key, 'ie')).toBe(vault.statusToken(key, 'ie'));
  expect(vault.statusToken(key, 'ie')).not.toBe(vault.statusToken(key, 'de'));
});

test('the secret key is made once, for its owner’s eyes only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-key-'));
  const made = secretKey(null, 'file:var/x.db', folder);
  expect(made.length).toBeGreaterThanOrEqual(32);
  expect(secretKey(null, 'file:var/x.db', folder)).toBe(made);
  expect(readFileSync(join(folder, 'var/secret.key'), 'utf8').trim()).toBe(made);
  expect(statSync(join(folder, 'var/secret.key')).mode & 0o777).toBe(0o600);
  expect(secretKey('given', 'file:var/x.db', folder)).toBe('given');
  rmSync(folder, { recursive: true });
});
