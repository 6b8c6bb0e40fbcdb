import { resolve } from 'node:path';
import { buildApp } from './app.ts';
import { loadBundled } from './campaigns/bundled.ts';
import { readWorld } from './campaigns/countries.ts';
import { openRegister } from './campaigns/register.ts';
import { type Config, ConfigFault, readConfig } from './config.ts';
import { firstLink } from './desk/sign-in.ts';
import { examine } from './doctor/examine.ts';
import { theOutside } from './doctor/outside.ts';
import { openCallOut } from './hooks/call-out.ts';
import { openAssets } from './http/assets.ts';
import { openLog } from './log.ts';
import { signerOf } from './mail/dkim.ts';
import { smtpOptions } from './mail/smtp.ts';
import { openMailers } from './outbox/mailers.ts';
import { runOutbox } from './outbox/outbox.ts';
import { openReturns } from './outbox/returns.ts';
import { mailboxIsShown } from './pages/mailbox.ts';
import type { PageParts } from './pages/page.ts';
import { openStore } from './store/open.ts';
import { KeysFault, keysFolder, openKeys } from './vault/keys.ts';
import { secretKey } from './vault/secret-key.ts';
import { openVault } from './vault/vault.ts';
import { openViews } from './views/views.ts';

const root = resolve(import.meta.dirname, '..');

/** Assembles the program: config, store, mail, app, outbox; then listens. On SIGTERM or SIGINT it closes them in reverse. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = openLog(config.logLevel);
  const store = await openStore(config.databaseUrl, root);
  const world = readWorld(root);
  await loadBundled(store, root, Date.now());
  const keys = openKeys(keysFolder(config, root));
  // Where no key can be made nobody's letter could be taken: better not to begin.
  keys.ofDay('letters', Date.now());
  const vault = openVault(secretKey(config.secretKey, config.databaseUrl, root), keys);
  const campaigns = await openRegister(store, world);
  const assets = openAssets(root);
  let bound = '';
  let outbox: ReturnType<typeof runOutbox> | null = null;
  const parts: PageParts = {
    config,
    store,
    vault,
    world,
    campaigns,
    assets,
    log,
    views: openViews(root),
    mailers: openMailers(relayOf(config), store, vault, Date.now, signerOf(config, root)),
    now: Date.now,
    random: Math.random,
    publicUrl: () => config.publicUrl ?? bound,
    wake: () => outbox?.wake(),
    callOut: openCallOut(),
    examine: () => examine({ config, root, outside: theOutside() }),
  };

  const app = config.role === 'outbox' ? null : await buildApp(parts);
  if (app) bound = await app.listen({ host: config.host, port: config.port });
  const returns = config.role === 'web' ? null : await openReturns(parts);
  if (config.role !== 'web') outbox = runOutbox(parts);
  if (app) for (const line of addresses(parts, await firstLink(parts))) console.log(line);

  let closing = false;
  const close = async () => {
    if (closing) return;
    closing = true;
    await app?.close();
    await returns?.close();
    await outbox?.stop();
    await parts.mailers.close();
    campaigns.close();
    assets.close();
    await store.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void close());
}

/** How the mail server is spoken to, if one is set. */
function relayOf({ smtpUrl, smtpTls }: Config) {
  return smtpUrl ? smtpOptions(smtpUrl, smtpTls) : null;
}

/** The addresses that are printed, the citizens' first. */
function addresses(parts: PageParts, first: string | null): string[] {
  const start = parts.publicUrl();
  return [`${start}/`, first ?? `${start}/desk`, ...(mailboxIsShown(parts) ? [`${start}/mailbox`] : [])];
}

/** Why the program cannot start, in one line. */
function reason(error: unknown): string {
  if (error instanceof ConfigFault) return error.faults.join('; ');
  if (error instanceof KeysFault) return `${error.message}; set KEYS_DIR to a folder that can be written`;
  const { code, message } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return 'the port is in use; stop what listens there, or set PORT to another one (PORT=0 picks a free one)';
  if (
    code === 'EACCES' ||
    code === 'EROFS' ||
    code === 'ENOTDIR' ||
    code === 'ENOENT' ||
    String(code).startsWith('SQLITE_')
  ) {
    return `the database's folder or file cannot be used (${code}); set DATABASE_URL to a place that can be written`;
  }
  if (code === 'ECONNREFUSED') return 'the database does not answer; start it, or mend DATABASE_URL';
  return String(message ?? error).split('\n')[0] ?? 'unknown';
}

main().catch((error) => {
  console.error(`Dear Minister cannot start: ${reason(error)}`);
  process.exit(1);
});
