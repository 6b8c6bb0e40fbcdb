import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { confirm } from '../../server/acts/confirm.ts';
import { type SubmissionContent, submit } from '../../server/acts/submit.ts';
import { readWorld } from '../../server/campaigns/countries.ts';
import { openRegister } from '../../server/campaigns/register.ts';
import { readConfig } from '../../server/config.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { signerOf } from '../../server/mail/dkim.ts';
import type { LineOptions } from '../../server/mail/lines.ts';
import { smtpOptions } from '../../server/mail/smtp.ts';
import { openMailers } from '../../server/outbox/mailers.ts';
import { runOutbox } from '../../server/outbox/outbox.ts';
import type { Parts } from '../../server/parts.ts';
import { openStore } from '../../server/store/open.ts';
import { openKeys } from '../../server/vault/keys.ts';
import { openVault } from '../../server/vault/vault.ts';
import { openViews } from '../../server/views/views.ts';
import { bees } from '../support/cast.ts';
import { seeded } from './seeded.ts';
import { watch } from './watch.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export const SECRET_KEY = 'k'.repeat(48);
export const SLUG = 'save-the-bees';
export const DOMAIN = 'letters.example';

/** Enough countries for an office each. Those in front lie in many time zones. */
export const COUNTRIES = (
  'DE JP NZ IN IE FR IT AT BE BG HR CY CZ DK EE FI GR HU LV LT LU MT NL PL RO SK SI SE NO IS CH GB AL TR KR PH TH SG ' +
  'ZA KE'
).split(' ');

/** The campaign of the bees with `offices` offices of its own, one for each of {@link COUNTRIES}. */
export function storm(offices: number, pacePerHour: number | null = null): CampaignContent {
  const content = bees({ pacePerHour, blocs: {} });
  const [first] = content.recipients;
  if (!first) throw new Error('the bees have no office');
  const recipients = COUNTRIES.slice(0, offices).map((country) => ({
    ...first,
    id: `${country.toLowerCase()}-interior`,
    country,
    email: `minister@interior-${country.toLowerCase()}.test`,
    ...(country === 'NZ' && { timezone: 'Pacific/Auckland' }),
    ...(country === 'DE' && { timezone: 'Europe/Berlin' }),
  }));
  return { ...content, recipients };
}

// Read once: the torture opens many worlds, and these are the same in all of them.
const COMMON = { world: readWorld(ROOT), views: openViews(ROOT) };

export type Clock = { now: number };
type Settings = {
  port: number;
  databaseUrl?: string;
  /** Where the keys lie that end, if other processes must find them. */
  keysDir?: string;
  relay?: Partial<LineOptions>;
  seed?: number;
  /** What is broken on purpose, for a control. */
  spoil?: (parts: Parts) => Parts;
};

/**
 * The parts that send, real but for the clock: it stands still until it is moved. Nothing is sent before `start`.
 * `watched` tells whether anything is under way.
 */
export async function openWorld(content: CampaignContent, settings: Settings) {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-torture-'));
  const config = readConfig({
    DATABASE_URL: settings.databaseUrl ?? `file:${join(folder, 'torture.db')}`,
    SMTP_URL: `smtp://127.0.0.1:${settings.port}`,
    MAIL_DOMAIN: DOMAIN,
    SECRET_KEY,
  });
  const clock: Clock = { now: Date.parse('2026-11-24T10:00:00Z') };
  const now = () => clock.now;
  const opened = await openStore(config.databaseUrl, ROOT);
  await opened.campaigns.save(content, null, clock.now);
  await opened.campaigns.setState(content.facts.slug, ['draft'], 'open', clock.now);
  const vault = openVault(SECRET_KEY, openKeys(settings.keysDir ?? join(folder, 'keys')));
  const campaigns = await openRegister(opened, COMMON.world, 60_000);
  const relay = { ...smtpOptions(config.smtpUrl ?? ''), ...settings.relay };
  const { store, mailers, watched } = watch(opened, openMailers(relay, opened, vault, now, signerOf(config, ROOT)));
  const logged: string[] = [];
  let outbox: ReturnType<typeof runOutbox> | null = null;
  const parts: Parts = {
    ...COMMON,
    config,
    store,
    vault,
    campaigns,
    mailers,
    now,
    random: seeded(settings.seed ?? 1),
    publicUrl: () => 'https://letters.example',
    wake: () => outbox?.wake(),
    callOut: openCallOut(),
    examine: async () => [],
    log: pino({ level: 'warn', base: null }, { write: (line: string) => void logged.push(line) }),
  };
  return {
    parts,
    clock,
    logged,
    watched,
    start: () => {
      outbox = runOutbox(settings.spoil ? settings.spoil(parts) : parts);
    },
    async close(): Promise<void> {
      await outbox?.stop();
      await mailers.close();
      campaigns.close();
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * People write and confirm: letters `from` … `to - 1`, one country after the other, by the acts that pages and API use.
 * Gives the tokens of their status pages, by which each letter is found again.
 */
export async function confirmLetters({ parts }: Pick<World, 'parts'>, from: number, to: number): Promise<string[]> {
  const campaign = parts.campaigns.get(SLUG);
  if (!campaign) throw new Error('the campaign is not open');
  const quiet = { ...parts, wake: () => {} };
  const one = async (i: number) => {
    const country = campaign.recipients[i % campaign.recipients.length]?.country ?? '';
    const fields = { name: `Person ${i}`, email: `person${i}@post.example` };
    const { handle } = await submit(quiet, campaign, { country, lang: 'en', fields });
    const row = await parts.store.submissions.byHandle(parts.vault.lookup(handle));
    const content = row && parts.vault.openJson<SubmissionContent>(`submission ${row.id}`, row);
    if (!content) throw new Error('the submission cannot be opened');
    const { letters } = await confirm(quiet, { token: content.secrets.token });
    return letters.map(({ statusToken }) => statusToken);
  };
  const tokens: string[] = [];
  for (let i = from; i < to; i += 50) {
    const some = await Promise.all(Array.from({ length: Math.min(50, to - i) }, (_, k) => one(i + k)));
    tokens.push(...some.flat());
  }
  return tokens;
}
