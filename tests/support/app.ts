import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildApp } from '../../server/app.ts';
import { readWorld } from '../../server/campaigns/countries.ts';
import { openRegister } from '../../server/campaigns/register.ts';
import { type Config, readConfig } from '../../server/config.ts';
import type { Finding } from '../../server/doctor/finding.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { openAssets } from '../../server/http/assets.ts';
import { openLog } from '../../server/log.ts';
import { signerOf } from '../../server/mail/dkim.ts';
import { smtpOptions } from '../../server/mail/smtp.ts';
import { openMailers } from '../../server/outbox/mailers.ts';
import { runOutbox } from '../../server/outbox/outbox.ts';
import type { PageParts } from '../../server/pages/page.ts';
import { openStore } from '../../server/store/open.ts';
import { keysFolder, openKeys } from '../../server/vault/keys.ts';
import { openVault } from '../../server/vault/vault.ts';
import { openViews } from '../../server/views/views.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A clock that stands still until it is moved. */
export type Clock = { now: number };

export type TestApp = {
  parts: PageParts;
  url: string;
  clock: Clock;
  /** What was logged, a line each. */
  logged: string[];
  /** What the doctor finds. */
  findings: Finding[];
  stop(): Promise<void>;
};

/** The whole program on real parts: a database, views, assets, outbox, and a server that listens on 127.0.0.1. */
export async function startApp(
  campaigns: CampaignContent[],
  env: Record<string, string> = {},
  clock: Clock = { now: Date.parse('2026-11-24T10:00:00Z') },
): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-test-'));
  const config: Config = readConfig({
    DATABASE_URL: `file:${join(folder, 'test.db')}`,
    SECRET_KEY: 'k'.repeat(48),
    PORT: '0',
    ...env,
  });
  const logged: string[] = [];
  const findings: Finding[] = [];
  const log = openLog('info', { write: (line: string) => void logged.push(line) });
  const store = await openStore(config.databaseUrl, ROOT);
  for (const content of campaigns) {
    const isNew = (await store.campaigns.load(content.facts.slug)) === null;
    if (!isNew) continue;
    await store.campaigns.save(content, null, clock.now);
    await store.campaigns.setState(content.facts.slug, ['draft'], 'open', clock.now);
  }
  const world = readWorld(ROOT);
  // Beside the database, as always; a PostgreSQL of the tests has no folder of its own.
  const keysDir = config.databaseUrl.startsWith('file:') ? keysFolder(config, ROOT) : join(folder, 'keys');
  const vault = openVault(config.secretKey ?? '', openKeys(keysDir));
  const register = await openRegister(store, world, 60_000);
  const assets = openAssets(ROOT);
  let url = '';
  let outbox: ReturnType<typeof runOutbox> | null = null;
  const now = () => clock.now;
  const relay = config.smtpUrl ? smtpOptions(config.smtpUrl, config.smtpTls) : null;
  const mailers = openMailers(relay, store, vault, now, signerOf(config, ROOT));
  const parts: PageParts = {
    config,
    store,
    vault,
    world,
    assets,
    mailers,
    log,
    now,
    campaigns: register,
    views: openViews(ROOT),
    random: () => 0.5,
    publicUrl: () => config.publicUrl ?? url,
    wake: () => outbox?.wake(),
    callOut: openCallOut(),
    examine: async () => findings,
  };
  const app = await buildApp(parts);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  outbox = runOutbox(parts);
  return {
    parts,
    url,
    clock,
    logged,
    findings,
    async stop() {
      await app.close();
      await outbox?.stop();
      await mailers.close();
      register.close();
      assets.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until `look` gives something, looking every few milliseconds; fails loudly after `patience` ms. */
export async function until<T>(
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  what = 'something',
  patience = 5000,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found as T;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** The exact tally of a campaign, by counter. */
export async function counts(app: TestApp, slug = 'save-the-bees'): Promise<Record<string, number>> {
  const rows = await app.parts.store.tally.read(slug);
  const sums: Record<string, number> = {};
  for (const { counter, n } of rows) sums[counter] = (sums[counter] ?? 0) + n;
  return Object.fromEntries(Object.entries(sums).filter(([, n]) => n !== 0));
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
type Answer = { status: number; type: string; body: any };

export async function postJson(url: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.json() };
}

export async function postForm(
  url: string,
  fields: Record<string, string> | [string, string][],
): Promise<{ status: number; html: string }> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: answer.status, html: await answer.text() };
}
