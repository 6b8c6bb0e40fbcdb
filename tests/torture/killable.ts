/*
 * The program as the torture kills it: one role of it, on real parts. It loads its code, says `loaded`, and begins when
 * a line comes in, so that a killed process's place is taken at once. Its clock runs `TORTURE_SPEED` times too fast from
 * `TORTURE_SINCE` on: leases and retries pass while somebody watches.
 */
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { resolve } from 'node:path';
import pino from 'pino';
import { readWorld } from '../../server/campaigns/countries.ts';
import { openRegister } from '../../server/campaigns/register.ts';
import { readConfig } from '../../server/config.ts';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { smtpOptions } from '../../server/mail/smtp.ts';
import { openMailers } from '../../server/outbox/mailers.ts';
import { runOutbox } from '../../server/outbox/outbox.ts';
import type { Parts } from '../../server/parts.ts';
import { openStore, type Store } from '../../server/store/open.ts';
import { keysFolder, openKeys } from '../../server/vault/keys.ts';
import { openVault } from '../../server/vault/vault.ts';
import { openViews } from '../../server/views/views.ts';
import { fastClock } from './fast-clock.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What may be broken on purpose: a worker that says it has noted the dot, and has not. */
function spoilt(store: Store): Store {
  if (process.env.TORTURE_BROKEN !== 'dot') return store;
  return { ...store, letters: { ...store.letters, dot: async () => {} } };
}

async function main(): Promise<void> {
  const config = readConfig();
  // Loaded before it begins: what only one of the roles needs.
  const web = config.role === 'web' ? await webParts() : null;
  const common = { world: readWorld(ROOT), views: openViews(ROOT) };
  console.log('loaded');
  await once(process.stdin, 'data');

  const now = fastClock(Number(process.env.TORTURE_SINCE), Number(process.env.TORTURE_SPEED));
  const store = spoilt(await openStore(config.databaseUrl, ROOT));
  const vault = openVault(config.secretKey ?? '', openKeys(keysFolder(config, ROOT)));
  const parts: Parts = {
    ...common,
    config,
    store,
    vault,
    now,
    campaigns: await openRegister(store, common.world),
    mailers: openMailers(smtpOptions(config.smtpUrl ?? ''), store, vault, now, async (raw) => raw),
    random: Math.random,
    publicUrl: () => config.publicUrl ?? '',
    wake: () => {},
    callOut: openCallOut(),
    examine: async () => [],
    log: pino({ level: config.logLevel, base: null }, pino.destination(2)),
  };
  if (!web) runOutbox(parts);
  else {
    const app = await web.buildApp({ ...parts, assets: web.assets });
    await app.listen({ host: config.host, port: config.port });
  }
  console.log('begun');
  // What is killed cannot keep, when it ends, what it has compiled.
  flushCompileCache();
}

async function webParts() {
  const [{ buildApp }, { openAssets }] = await Promise.all([
    import('../../server/app.ts'),
    import('../../server/http/assets.ts'),
  ]);
  return { buildApp, assets: openAssets(ROOT) };
}

// Nobody is left to kill it, or to read what it does, when the torture itself has ended.
process.stdin.on('end', () => process.exit(0));
await main();
