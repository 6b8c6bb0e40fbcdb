import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bech32 } from '@scure/base';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { keyFor, seal, unseal } from '../../server/vault/boxes.ts';
import { isContactKey, sealContact } from '../../server/vault/contacts.ts';
import { KeysFault } from '../../server/vault/keys.ts';
import { secretKey } from '../../server/vault/secret-key.ts';
import { testVault } from '../support/vault.ts';

const vault = testVault('k'.repeat(48));
const other = testVault('j'.repeat(48));

const hkdf = (secret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', secret, 'dear-minister', purpose, 32)).toString('hex');
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

test('a key is another one for another purpose, and for another secret', () => {
  const one = keyFor('secret', 'boxes');
  expect(one).toHaveLength(32);
  expect(keyFor('secret', 'boxes').equals(one)).toBe(true);
  expect(keyFor('secret', 'tickets').equals(one)).toBe(false);
  expect(keyFor('other', 'boxes').equals(one)).toBe(false);
  // What is sealed must open with every later version: RFC 5869 with the salt `dear-minister`.
  expect(one.toString('hex')).toBe(hkdf('secret', 'boxes'));
});

test('a box is nonce, ciphertext and tag; the smallest holds nothing, and no byte may be another', () => {
  const key = keyFor('secret', 'boxes');
  const empty = seal(key, 'letter 1', Buffer.alloc(0));
  expect(empty).toHaveLength(28);
  expect(unseal(key, 'letter 1', empty)).toEqual(Buffer.alloc(0));
  expect(unseal(key, 'letter 1', empty.subarray(0, 27))).toBeNull();
  const box = seal(key, 'letter 1', Buffer.from('text'));
  for (let i = 0; i < box.length; i += 1) {
    const bent = Buffer.from(box);
    bent[i] = (bent[i] ?? 0) ^ 1;
    expect(unseal(key, 'letter 1', bent)).toBeNull();
  }
  expect(seal(key, 'letter 1', Buffer.from('text')).equals(box)).toBe(false);
});

test('what was sealed before there were day keys still opens, by the server’s own', () => {
  const old = seal(keyFor('k'.repeat(48), 'boxes'), 'letter 1', Buffer.from('{"name":"Aoife"}'));
  expect(vault.openJson('letter 1', { box: old, dayKey: null })).toEqual({ name: 'Aoife' });
  expect(other.openJson('letter 1', { box: old, dayKey: null })).toBeNull();
});

test('secrets are each new, of 256 bits, and the code has six digits', () => {
  const all = Array.from({ length: 200 }, () => vault.newSecrets());
  for (const { token, handle, key, code } of all) {
    for (const each of [token, handle, key]) expect(each).toMatch(/^[\w-]{43}$/);
    expect(code).toMatch(/^\d{6}$/);
  }
  expect(new Set(all.flatMap(({ token, handle, key }) => [token, handle, key])).size).toBe(600);
  expect(all.some(({ code }) => code.startsWith('0'))).toBe(true);
});

test('a row is found by its token’s hash, which tells nothing of it', () => {
  const { token } = vault.newSecrets();
  const hash = vault.lookup(token);
  expect(hash).toHaveLength(16);
  expect(hash.equals(vault.lookup(token))).toBe(true);
  expect(hash.equals(vault.lookup(`${token.slice(0, -1)}_`))).toBe(false);
  expect(hash.toString('hex')).toBe(createHash('sha256').update(`lookup ${token}`).digest('hex').slice(0, 32));
});

test('a status link is one for each letter, follows from the submission’s key, and opens what is sealed under it', () => {
  const { key } = vault.newSecrets();
  const token = vault.statusToken(key, 'ie');
  expect(token).toBe(other.statusToken(key, 'ie'));
  expect(token).not.toBe(vault.statusToken(key, 'de'));
  const box = vault.sealUnder(token, 'letter 1', { name: 'Aoife' });
  expect(vault.openUnder(token, 'letter 1', box)).toEqual({ name: 'Aoife' });
  expect(vault.openUnder(vault.statusToken(key, 'de'), 'letter 1', box)).toBeNull();
  expect(vault.openUnder(token, 'letter 2', box)).toBeNull();
});

test('without the campaign’s key there are no marks, and persons and letters have other ones', () => {
  expect(() => vault.personMark('hornets', 'sam@post.example')).toThrow(KeysFault);
  vault.keys.makeOfCampaign('hornets');
  const key = vault.keys.ofCampaign('hornets') as Buffer;
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  expect(vault.personMark('hornets', 'sam@post.example').toString('hex')).toBe(mac('person\nsam@post.example'));
  expect(vault.letterMark('hornets', 'ie', 'Sam@post.example').toString('hex')).toBe(
    mac('letter ie\nsam@post.example'),
  );
});

test('a return path is read back, in any case, from an address of ours, and never from a piece of one', () => {
  const id = '0123456789abcdef0123456789abcdef';
  for (const of of ['letter', 'confirmation'] as const) {
    const path = vault.returnPath(of, id);
    expect(path).toMatch(of === 'letter' ? /^b\+[0-9a-f]{52}$/ : /^c\+[0-9a-f]{52}$/);
    for (const address of [path, `${path}@letters.example`, path.toUpperCase()])
      expect(vault.readReturnPath(address)).toEqual({ of, id });
    for (const wrong of [`x${path}`, `${path}0`, path.slice(0, -1), `d${path.slice(1)}`, ''])
      expect(vault.readReturnPath(wrong)).toBeNull();
    expect(other.readReturnPath(path)).toBeNull();
  }
  expect(vault.readReturnPath(vault.returnPath('letter', id).replace('b', 'c'))).toBeNull();
});

test('a contact’s key is the public half of an age key, whole and rightly typed', async () => {
  const identity = await generateIdentity();
  const key = await identityToRecipient(identity);
  expect(isContactKey(key)).toBe(true);
  const wrong = [
    '',
    'age',
    identity,
    key.slice(0, -1),
    `${key}q`,
    key.replace('age1', 'bge1'),
    `${key.slice(0, -1)}${key.endsWith('q') ? 'p' : 'q'}`,
  ];
  for (const each of wrong) expect(isContactKey(each)).toBe(false);
  expect(isContactKey(bech32.encode('age', bech32.toWords(Buffer.alloc(31))))).toBe(false);
  expect(isContactKey(bech32.encode('bge', bech32.toWords(Buffer.alloc(32))))).toBe(false);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  expect(await decrypter.decrypt(await sealContact(key, 'Aoife'), 'text')).toBe('Aoife');
});
