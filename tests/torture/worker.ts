/*
 * One outbox and nothing else, a process of its own, on the database and the mail server that its environment names.
 * With the argument `careless` its claims are no claims: it takes what is due without asking whether somebody has it.
 */
import { resolve } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { readWorld } from '../../server/campaigns/countries.ts';
import { openRegister } from '../../server/campaigns/register.ts';
import { readConfig } from '../../server/config.ts';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { signerOf } from '../../server/mail/dkim.ts';
import { smtpOptions } from '../../server/mail/smtp.ts';
import { openMailers } from '../../server/outbox/mailers.ts';
import { runOutbox } from '../../server/outbox/outbox.ts';
import type { Parts } from '../../server/parts.ts';
import type { Letter } from '../../server/store/letters.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { keysFolder, openKeys } from '../../server/vault/keys.ts';
import { openVault } from '../../server/vault/vault.ts';
import { openViews } from '../../server/views/views.ts';
import { SECRET_KEY } from './world.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A claim that is none: a plain look at what is due. */
async function carelessly(store: Store, databaseUrl: string): Promise<Store> {
  const client = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const moments = ['dueAt', 'firstTriedAt', 'changedAt', 'dottingAt'];
  const claim: Store['letters']['claim'] = async ({ campaign, recipient }, now, _until, limit) => {
    const text =
      "SELECT * FROM letters WHERE campaign = $1 AND recipient = $2 AND state = 'ready' AND due_at <= $3 LIMIT $4";
    const { rows } = await client.query(text, [campaign, recipient, now, limit]);
    return rows.map((row) => {
      const entries = Object.entries(row).map(([name, value]) => [camel(name), value] as const);
      const typed = entries.map(([name, value]) => [name, moments.includes(name) && value ? Number(value) : value]);
      return Object.fromEntries(typed) as Letter;
    });
  };
  const close = async () => {
    await client.end();
    await store.close();
  };
  return { ...store, letters: { ...store.letters, claim }, close };
}

async function main(careless: boolean): Promise<void> {
  const config = readConfig({ ...process.env, SECRET_KEY });
  const opened = await openStore(config.databaseUrl, ROOT);
  const store = careless ? await carelessly(opened, config.databaseUrl) : opened;
  const vault = openVault(SECRET_KEY, openKeys(keysFolder(config, ROOT)));
  const world = readWorld(ROOT);
  const campaigns = await openRegister(store, world);
  const relay = { ...smtpOptions(config.smtpUrl ?? ''), name: `worker-${process.pid}.test` };
  const mailers = openMailers(relay, store, vault, Date.now, signerOf(config, ROOT));
  const log = pino({ level: 'warn', base: null }, pino.destination(2));
  const views = openViews(ROOT);
  const parts: Parts = {
    config,
    store,
    vault,
    views,
    world,
    campaigns,
    mailers,
    log,
    now: Date.now,
    random: Math.random,
    publicUrl: () => 'https://letters.example',
    wake: () => {},
    callOut: openCallOut(),
    examine: async () => [],
  };
  let outbox: ReturnType<typeof runOutbox> | null = null;
  // All begin at the same word.
  process.stdin.once('data', () => {
    outbox = runOutbox(parts);
  });
  process.stdin.once('end', async () => {
    await outbox?.stop();
    await mailers.close();
    campaigns.close();
    await store.close();
  });
  console.log('ready');
}

await main(process.argv[2] === 'careless');
