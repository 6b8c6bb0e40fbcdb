import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Config, readConfig } from '../../server/config.ts';
import type { Finding, Outside, Visit } from '../../server/doctor/finding.ts';
import { surely } from '../../server/doctor/outside.ts';
import { dkimRecord } from '../../server/mail/dkim.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const DOMAIN = 'letters.example';
export const OWN = '192.0.2.7';

export const pem = (modulusLength = 2048) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
export const KEY = pem();
const record = dkimRecord(KEY, 'dm1', DOMAIN);

/** What the DNS holds, by name and type; an answer may be the code of an error. */
export type Zone = Record<string, Record<string, unknown[] | string>>;

/** A domain in good order, whose relay is a mail server on this machine. */
export const GOOD: Zone = {
  '.': { NS: ['a.root.example'] },
  [DOMAIN]: {
    TXT: [['a word of somebody else'], ['v=spf1 ip4:192.0.2.7 ~all']],
    MX: [{ exchange: 'mail.letters.example', priority: 10 }],
  },
  [record.name]: { TXT: [[record.text.slice(0, 255), record.text.slice(255)]] },
  [`_dmarc.${DOMAIN}`]: { TXT: [['v=DMARC1; p=none; rua=mailto:dmarc@letters.example']] },
  'mail.letters.example': { A: [OWN] },
  [OWN]: { PTR: ['mail.letters.example'] },
};

/** The same with other records; null takes a name away. */
export function but(changes: Record<string, Zone[string] | null>): Zone {
  const zone: Record<string, Zone[string] | null> = { ...GOOD, ...changes };
  return Object.fromEntries(Object.entries(zone).filter((entry): entry is [string, Zone[string]] => entry[1] !== null));
}

const failing = (code: string) => Object.assign(new Error(`queryTxt ${code}`), { code });

function dnsOf(zone: Zone) {
  const answer = async (name: string, type: string) => {
    const found = zone[name]?.[type] ?? zone['*']?.[type];
    if (typeof found === 'string') throw failing(found);
    if (!found) throw failing(zone[name] ? 'ENODATA' : 'ENOTFOUND');
    return found;
  };
  return surely({ resolve: answer, reverse: (address) => answer(address, 'PTR') as Promise<string[]> });
}

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A world in which all is well; a test changes the one thing it is about. */
export function world(zone: Zone = GOOD, more: Partial<Outside> = {}): Outside {
  return {
    ...dnsOf(zone),
    fetch: async () =>
      new Response('{"status":"ok"}', { status: 200, headers: { date: 'Tue, 24 Nov 2026 10:00:00 GMT' } }),
    now: () => Date.parse('2026-11-24T10:00:00Z'),
    ownAddresses: () => [OWN],
    space: async () => ({ free: 50e9, total: 100e9 }),
    patience: 1000,
    ...more,
  };
}

export function configured(env: Record<string, string> = {}): Config {
  return readConfig({
    DATABASE_URL: `file:${join(emptyFolder(), 'test.db')}`,
    MAIL_DOMAIN: DOMAIN,
    DKIM_KEY: KEY,
    SMTP_URL: 'smtp://127.0.0.1:25',
    BOUNCE_LISTEN: '0.0.0.0:25',
    PUBLIC_URL: 'https://letters.example',
    TRUST_PROXY: '1',
    ...env,
  });
}

/** A call at an installation where all is well, but for what the test changes. */
export function visit(zone: Zone = GOOD, env: Record<string, string> = {}, more: Partial<Outside> = {}): Visit {
  return { config: configured(env), root: ROOT, outside: world(zone, more) };
}

/** Verdict and sentences of a finding in one line. */
export const line = ({ verdict, says, mend }: Finding) => `${verdict}: ${says}${mend ? ` ${mend}` : ''}`;
