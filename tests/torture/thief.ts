/*
 * What somebody learns who took files: a program of its own that imports nothing of ours. It is given a folder with a
 * database (and backups), perhaps the keys too, and a list of addresses it knows; on standard input, if it has them, the
 * tokens that were mailed. It prints what it found, as JSON.
 *
 * node thief.ts DATABASE ADDRESSES [SECRET_KEY KEYS_DIR]
 */
import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

const [, , database = '', list = '', secret = '', keysDir = ''] = process.argv;
const addresses = readFileSync(list, 'utf8').trim().split('\n');
const tokens = readFileSync(0, 'utf8').trim().split('\n').filter(Boolean);

const keyFor = (from: Buffer | string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', from, 'dear-minister', purpose, 32));

function open(key: Buffer, context: string, box: Buffer): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(box.subarray(-16));
    return Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Every key that lies about: the files of the folder, and what can be made of the server's own. */
const files = keysDir && existsSync(keysDir) ? readdirSync(keysDir).filter((name) => name.endsWith('.key')) : [];
const fileKeys = files.map((name) => Buffer.from(readFileSync(join(keysDir, name), 'utf8').trim(), 'base64'));
const made = secret
  ? ['boxes', 'tickets', 'return-path', 'work', 'submission', 'letter'].map((p) => keyFor(secret, p))
  : [];
const keys = [...fileKeys, ...made];

type Row = { id: string; state: string; campaign: string; box: Buffer | null };
const client = new Sqlite(database, { readonly: true });
const rows = (table: string) => client.prepare(`select * from ${table}`).all() as (Row & Record<string, Buffer>)[];

const opened = { pending: 0, waiting: 0, sent: 0, byToken: 0 };
const seen = new Set<string>();
function look(text: string | null): boolean {
  for (const [address] of text?.matchAll(/[\w.+-]+@post\.example/g) ?? []) seen.add(address);
  return text !== null;
}
for (const row of rows('submissions')) {
  const { box, id } = row;
  if (!box || row.state === 'confirmed') continue;
  if (keys.some((key) => look(open(key, `submission ${id}`, box)))) opened.pending += 1;
  for (const token of tokens) {
    const lookup = createHash('sha256').update(`lookup ${token}`).digest().subarray(0, 16);
    if (!row.token_hash?.equals(lookup) || !row.token_lock) continue;
    const lock = row.token_lock;
    const decipher = createDecipheriv('aes-256-gcm', keyFor(token, 'submission'), lock.subarray(0, 12));
    decipher.setAAD(Buffer.from(id));
    decipher.setAuthTag(lock.subarray(-16));
    const key = Buffer.concat([decipher.update(lock.subarray(12, -16)), decipher.final()]);
    if (look(open(key, `submission ${id}`, box))) opened.byToken += 1;
  }
}
for (const row of rows('letters')) {
  const { box, id } = row;
  if (!box) continue;
  if (!keys.some((key) => look(open(key, `letter ${id}`, box)))) continue;
  if (row.state === 'sent' || row.state === 'bounced') opened.sent += 1;
  else opened.waiting += 1;
}

/** Fingerprints, tried with every key there is, with the secret, and with none. */
const marks = new Set(rows('marks').map(({ mark }) => mark?.toString('hex')));
const campaigns = [...new Set(rows('campaigns').map((row) => (row as unknown as { slug: string }).slug))];
const markKeys = [...keys, ...campaigns.map((slug) => keyFor(secret || 'none', `marks ${slug}`)), Buffer.from('')];
let guessed = 0;
for (const address of addresses) {
  const plain = createHash('sha256').update(address).digest('hex');
  const hit = markKeys.some((key) => marks.has(createHmac('sha256', key).update(`person\n${address}`).digest('hex')));
  if (hit || marks.has(plain)) guessed += 1;
}

/** And what stands there in clear, whatever table it is in. */
const raw = [database, `${database}-wal`]
  .filter(existsSync)
  .map((file) => readFileSync(file, 'latin1'))
  .join();
const known = new Set(addresses);
const inClear = new Set(
  [...raw.matchAll(/[\w.+-]+@post\.example/g)].map(([address]) => address).filter((each) => known.has(each)),
).size;
console.log(JSON.stringify({ opened, read: seen.size, guessed, inClear, marks: marks.size }));
