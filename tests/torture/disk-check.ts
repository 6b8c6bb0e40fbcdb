import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { confirm } from '../../server/acts/confirm.ts';
import { type SubmissionContent, submit } from '../../server/acts/submit.ts';
import { openRegister } from '../../server/campaigns/register.ts';
import type { Parts } from '../../server/parts.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { keyFor, seal, unseal } from '../../server/vault/boxes.ts';
import { openKeys } from '../../server/vault/keys.ts';
import { COMMON, partsOn, ROOT, SECRET_KEY, SLUG } from './disk-bench.ts';
import { differences, integrityFaults } from './kill-check.ts';
import { storm } from './world.ts';

/** A database to begin from, and the tokens by which its open submissions are confirmed. */
export type State = { folder: string; tokens: string[] };

/** What is wrong after a fault: what was acknowledged and is not there, faults of the file, and what cannot be done any more. */
export type Damage = { missing: number; corrupt: number; differences: number; stuck: number };

async function onStore<T>(file: string, work: (parts: Parts, store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(`file:${file}`, ROOT);
  const campaigns = await openRegister(store, COMMON.world, 60_000);
  try {
    return await work({ ...partsOn(store, file), campaigns }, store);
  } finally {
    campaigns.close();
    await store.close();
  }
}

async function submitted(parts: Parts, email: string): Promise<string> {
  const campaign = parts.campaigns.get(SLUG);
  if (!campaign) throw new Error('the campaign is not open');
  const fields = { name: 'Person', email };
  const { handle } = await submit(parts, campaign, { country: 'IE', lang: 'en', fields });
  const row = await parts.store.submissions.byHandle(parts.vault.lookup(handle));
  const content = row && parts.vault.openJson<SubmissionContent>(`submission ${row.id}`, row);
  if (!content) throw new Error('the submission cannot be opened');
  return content.secrets.token;
}

/** Makes a database in which so many people have written and not confirmed, and so many letters are ready. */
export async function makeState(folder: string, open: number, ready: number): Promise<State> {
  const file = join(folder, 'state.db');
  mkdirSync(folder);
  const first = await openStore(`file:${file}`, ROOT);
  await first.campaigns.save(storm(6), null, Date.parse('2026-11-01'));
  await first.campaigns.setState(SLUG, ['draft'], 'open', Date.parse('2026-11-01'));
  await first.close();
  return onStore(file, async (parts) => {
    const tokens: string[] = [];
    for (let i = 0; i < open; i += 1) tokens.push(await submitted(parts, `open${i}@post.example`));
    for (let i = 0; i < ready; i += 1)
      await confirm(parts, { token: await submitted(parts, `ready${i}@post.example`) });
    return { folder, tokens };
  });
}

/** Makes a state as the first version of the program would have left it: its tables, and what of the rows they hold. */
export function makeOld({ folder }: State): void {
  const file = join(folder, 'state.db');
  const newer = join(folder, 'newer.db');
  renameSync(file, newer);
  const client = new Sqlite(file);
  client.pragma('journal_mode = WAL');
  client.exec(readFileSync(join(ROOT, 'migrations/sqlite/0000_first_letter.sql'), 'utf8'));
  client.exec('create table __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)');
  client.prepare('attach ? as newer').run(newer);
  resealAsThen(newer, join(folder, 'keys'));
  const tables = client.prepare("select name from main.sqlite_schema where type = 'table'").pluck().all() as string[];
  for (const table of tables) {
    const columns = (client.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name).join();
    const first = table === '__drizzle_migrations' ? 'order by created_at limit 1' : '';
    client.exec(`insert into main.${table} (${columns}) select ${columns} from newer.${table} ${first}`);
  }
  client.close();
  rmSync(newer);
}

/** Before there were keys of a day the server's own sealed what waits. */
function resealAsThen(newer: string, keysDir: string): void {
  const client = new Sqlite(newer);
  const keys = openKeys(keysDir);
  for (const [table, kind] of [
    ['letters', 'letter'],
    ['submissions', 'submission'],
  ]) {
    const rows = client.prepare(`select id, box, day_key from ${table} where day_key is not null`).all() as {
      id: string;
      box: Buffer;
      day_key: string;
    }[];
    for (const { id, box, day_key } of rows) {
      const plain = unseal(keys.read(day_key) as Buffer, `${kind} ${id}`, box) as Buffer;
      const old = seal(keyFor(SECRET_KEY, 'boxes'), `${kind} ${id}`, plain);
      client.prepare(`update ${table} set box = ?, day_key = null where id = ?`).run(old, id);
    }
  }
  client.close();
  rmSync(keysDir, { recursive: true });
}

/** A fresh copy of a state, in a folder of its own. */
export function copyOf({ folder }: State, to: string): string {
  rmSync(to, { recursive: true, force: true });
  cpSync(folder, to, { recursive: true });
  return join(to, 'state.db');
}

/** Opens a database whose disk is well again, and looks at it: all that was said to be done must be. */
export async function damage(file: string, said: readonly string[], tokens: readonly string[]): Promise<Damage> {
  const found: Damage = { missing: 0, corrupt: 0, differences: 0, stuck: 0 };
  try {
    await onStore(file, async (parts, store) => {
      const there = await Promise.all(said.map((line) => isThere(parts, line)));
      found.missing = there.filter((each) => !each).length;
      found.differences = await differences(parts);
      // What was going on when the disk failed can be done again, and something new as well.
      for (const token of tokens) if ((await confirm(parts, { token })).letters.length !== 1) found.stuck += 1;
      await submitted(parts, 'later@post.example');
      const queues = await store.queues.all();
      if (queues.length < (await officesWaitedFor(store))) found.stuck += 1;
    });
  } catch {
    found.stuck += 1;
  }
  found.corrupt = integrityFaults(file);
  rmSync(dirname(file), { recursive: true, force: true });
  return found;
}

/** Whether what the program said in one line is so. */
async function isThere({ store, vault }: Parts, line: string): Promise<boolean> {
  const [kind, act, id = ''] = line.split(' ');
  // The mail server has it: it is sent, or it is known that it may have been.
  if (kind === 'taken') {
    const letter = await store.letters.byId(act ?? '');
    return letter?.state === 'sent' || (letter?.state === 'ready' && letter.dottingAt !== null);
  }
  if (act === 'submit') return (await store.submissions.byHandle(vault.lookup(id))) !== null;
  if (act === 'confirm') return (await store.letters.byStatus(vault.lookup(id))) !== null;
  if (act === 'send') return (await store.letters.byId(id))?.state === 'sent';
  return act === 'open';
}

async function officesWaitedFor({ living }: Store): Promise<number> {
  let n = 0;
  for (let office = await living.officeAfter(SLUG, ''); office !== null; ) {
    if ((await living.letters(SLUG, office)).some(({ state }) => state === 'ready')) n += 1;
    office = await living.officeAfter(SLUG, office);
  }
  return n;
}
