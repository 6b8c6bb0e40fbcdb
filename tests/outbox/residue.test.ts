import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { Parts } from '../../server/parts.ts';
import { seal } from '../../server/vault/boxes.ts';
import { startApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';

const PAGE = 4096;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Of how many boxes pieces of eight bytes, from `from` on, stand anywhere in a file. */
function leftIn(file: string, boxes: readonly Buffer[], from: number): number {
  const pieces = new Map<number, { box: number; rest: number }[]>();
  for (const [box, bytes] of boxes.entries())
    for (let at = from; at + 8 <= bytes.length; at += 8) {
      const start = bytes.readUInt32LE(at);
      pieces.set(start, [...(pieces.get(start) ?? []), { box, rest: bytes.readUInt32LE(at + 4) }]);
    }
  const bytes = readFileSync(file);
  const found = new Set<number>();
  for (let at = 0; at + 8 <= bytes.length; at += 1)
    for (const { box, rest } of pieces.get(bytes.readUInt32LE(at)) ?? [])
      if (bytes.readUInt32LE(at + 4) === rest) found.add(box);
  return found.size;
}

/** Writes six hundred, erases every other one among writes to its neighbours, and scrubs. Of how many is something left? */
async function leftOf(sealed: (i: number, parts: Parts) => Buffer, from: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-residue-'));
  folders.push(folder);
  const file = join(folder, 'db');
  const { parts, stop } = await startApp([bees()], { DATABASE_URL: `file:${file}`, ROLE: 'web' });
  const client = new Sqlite(file);
  client.pragma('secure_delete = ON');
  const put = client.prepare("insert into mailbox (id, submission, at, box) values (?, '', 1, ?)");
  const erase = client.prepare('delete from mailbox where id = ?');
  const write = client.prepare('update mailbox set submission = submission || hex(randomblob(60)) where id = ?');
  const rows = Array.from({ length: 600 }, (_, i) => ({ id: idOf(i), box: sealed(i, parts), isErased: i % 2 === 0 }));
  client.transaction(() => {
    for (const { id, box } of rows) put.run(id, box);
  })();
  const boxes = rows.filter(({ isErased }) => isErased).map(({ box }) => box);
  expect(parts.store.erasure.scrub()).toBe(true);
  expect(leftIn(file, boxes, from)).toBe(300);
  for (const { id, isErased } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) (isErased ? erase : write).run(id);
  expect(parts.store.erasure.scrub()).toBe(true);
  const left = leftIn(file, boxes, from);
  client.close();
  await stop();
  return left;
}

const idOf = (i: number) => createHash('sha256').update(String(i)).digest('hex').slice(0, 32);
const wordsOf = (i: number) => Buffer.from(`Person ${i}: ${'bees '.repeat(1800 + (i % 50))}`);

test('I9: of letters that were erased between others nothing that says anything stays in the file', async () => {
  const padded = (i: number, { vault, now }: Parts) =>
    vault.sealBytes('mailbox', `mail ${idOf(i)}`, wordsOf(i), now()).box;
  expect(await leftOf(padded, PAGE)).toBe(0);
});

test('control: without the padding SQLite leaves pieces behind', async () => {
  const key = Buffer.alloc(32, 7);
  expect(await leftOf((i) => seal(key, 'mail', wordsOf(i)), 0)).toBeGreaterThan(0);
});
