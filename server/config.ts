import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';

const SECRETS = [
  'DATABASE_URL',
  'SMTP_URL',
  'SECRET_KEY',
  'DKIM_KEY',
  'BOUNCE_POSTMARK',
  'BOUNCE_MAILGUN',
  'BOUNCE_WEBHOOK',
] as const;

const url = (schemes: string[], example: string) =>
  z.string().refine((text) => schemes.includes(URL.parse(text)?.protocol ?? ''), `is not a URL such as ${example}`);

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  INIT_CWD: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(65_535, 'is above 65535')
    .default(3000),
  PUBLIC_URL: url(['http:', 'https:'], 'https://letters.example.org').optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, 'is neither file:PATH nor postgres://…')
    .default('file:var/dear-minister.db'),
  SMTP_URL: url(['smtp:', 'smtps:'], 'smtp://user:password@mail.example.org:587').optional(),
  SMTP_TLS: z.enum(['required', 'optional'], 'is not one of required, optional').optional(),
  MAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'is not a domain such as letters.example.org')
    .default('localhost'),
  KEYS_DIR: z.string().optional(),
  SECRET_KEY: z.string().min(32, 'is shorter than 32 characters').optional(),
  DKIM_KEY: z.string().includes('PRIVATE KEY', 'is no private key in PEM').optional(),
  DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, 'is not a DNS label such as dm1')
    .default('dm1'),
  BOUNCE_LISTEN: z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i, 'is not HOST:PORT such as 0.0.0.0:25')
    .optional(),
  BOUNCE_SES_TOPIC: z.string().startsWith('arn:aws', 'is not the ARN of an SNS topic').optional(),
  BOUNCE_POSTMARK: z
    .string()
    .regex(/^[^:]+:.{16,}$/, 'is not USER:PASSWORD with a password of 16 characters or more')
    .optional(),
  BOUNCE_MAILGUN: z.string().min(16, 'is shorter than 16 characters').optional(),
  BOUNCE_WEBHOOK: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]{32,}$/, 'is not a secret that begins with whsec_')
    .optional(),
  TRUST_PROXY: z.string().optional(),
  ROLE: z.enum(['all', 'web', 'outbox'], 'is not one of all, web, outbox').default('all'),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'is not one of trace, debug, info, warn, error, fatal, silent',
    )
    .default('info'),
});

/** What the environment says, checked and frozen. Null stands for "not set". */
export type Config = Readonly<{
  host: string;
  port: number;
  publicUrl: string | null;
  databaseUrl: string;
  smtpUrl: string | null;
  /** Whether a mail server is spoken to only over TLS with a certificate that holds; null: by default beyond this machine. */
  smtpTls: 'required' | 'optional' | null;
  mailDomain: string;
  /** A private key in PEM; null: the one beside the database, if there is one. */
  dkimKey: string | null;
  dkimSelector: string;
  /** By which ways returned mail comes in; null for each that does not. */
  bounces: {
    listen: string | null;
    sesTopic: string | null;
    postmark: string | null;
    mailgun: string | null;
    webhook: string | null;
  };
  secretKey: string | null;
  /** Where keys lie that end with what they sealed; null: beside the database. */
  keysDir: string | null;
  trustProxy: string | number | boolean;
  role: 'all' | 'web' | 'outbox';
  logLevel: string;
  production: boolean;
  /** Where the command was typed: paths on a command line are relative to it. */
  callerFolder: string;
}>;

/** The environment is not usable; each fault names its variable and says what is wrong. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.faults = faults;
  }
}

/**
 * Reads the environment. Secrets may also come from a file named by `NAME_FILE`. An empty value counts as not set.
 * @throws ConfigFault naming every fault at once
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  for (const name of SECRETS) readSecret(name, given, faults);
  const parsed = Environment.safeParse(given);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  const trustProxy = parseTrust(given.TRUST_PROXY, faults);
  const value = parsed.data;
  const production = given.NODE_ENV === 'production';
  if (production && !given.SECRET_KEY)
    faults.push('SECRET_KEY is required when NODE_ENV=production; make one with: openssl rand -base64 48');
  if (value?.ROLE === 'outbox' && !value.PUBLIC_URL) {
    // It listens nowhere, so it could not tell by itself where its links lead.
    faults.push('PUBLIC_URL is required when ROLE=outbox: the links in its mails begin with it');
  }
  if (faults.length > 0 || !value) throw new ConfigFault(faults);
  return Object.freeze({
    host: value.HOST,
    port: value.PORT,
    publicUrl: value.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    databaseUrl: value.DATABASE_URL,
    smtpUrl: value.SMTP_URL ?? null,
    smtpTls: value.SMTP_TLS ?? null,
    mailDomain: value.MAIL_DOMAIN.toLowerCase(),
    dkimKey: value.DKIM_KEY ?? null,
    dkimSelector: value.DKIM_SELECTOR.toLowerCase(),
    bounces: Object.freeze({
      listen: value.BOUNCE_LISTEN ?? null,
      sesTopic: value.BOUNCE_SES_TOPIC ?? null,
      postmark: value.BOUNCE_POSTMARK ?? null,
      mailgun: value.BOUNCE_MAILGUN ?? null,
      webhook: value.BOUNCE_WEBHOOK ?? null,
    }),
    secretKey: value.SECRET_KEY ?? null,
    keysDir: value.KEYS_DIR ?? null,
    trustProxy,
    role: value.ROLE,
    logLevel: value.LOG_LEVEL,
    production,
    callerFolder: callerFolder(given),
  });
}

/** The folder of the SQLite file, or `var/` of the project beside PostgreSQL: where keys lie that are made by themselves. */
export function databaseFolder(databaseUrl: string, root: string): string {
  const database = databaseUrl.startsWith('file:') ? databaseUrl.slice('file:'.length) : 'var/database';
  return resolve(root, dirname(database));
}

/** Where the command was typed, for what needs no other setting. npm itself runs it in the project's folder. */
export function callerFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.INIT_CWD || process.cwd();
}

/** Whether an address or URL's host is this machine itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

function readSecret(name: (typeof SECRETS)[number], env: NodeJS.ProcessEnv, faults: string[]): void {
  const file = env[`${name}_FILE`];
  if (!file) return;
  if (env[name]) faults.push(`${name} and ${name}_FILE are both set; keep one`);
  try {
    env[name] = readFileSync(file, 'utf8').trim();
  } catch {
    faults.push(`${name}_FILE names a file that cannot be read: ${file}`);
  }
}

/** `true`, a number of hops, or addresses and networks separated by commas, as the proxy-addr package reads them. */
function parseTrust(text: string | undefined, faults: string[]): string | number | boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  if (/^\d+$/.test(text)) return Number(text);
  const parts = text.split(',').map((part) => part.trim());
  const isNetwork = (part: string) =>
    ['loopback', 'linklocal', 'uniquelocal'].includes(part) || isIP(part.split('/')[0] ?? '') > 0;
  if (!parts.every(isNetwork))
    faults.push('TRUST_PROXY is neither a number of hops nor addresses such as 127.0.0.1,10.0.0.0/8');
  return text;
}
