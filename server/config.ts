import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';

const SECRETS = ['DATABASE_URL', 'SMTP_URL', 'SECRET_KEY'] as const;

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
  MAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'is not a domain such as letters.example.org')
    .default('localhost'),
  SECRET_KEY: z.string().min(32, 'is shorter than 32 characters').optional(),
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
  mailDomain: string;
  secretKey: string | null;
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
    mailDomain: value.MAIL_DOMAIN.toLowerCase(),
    secretKey: value.SECRET_KEY ?? null,
    trustProxy,
    role: value.ROLE,
    logLevel: value.LOG_LEVEL,
    production,
    callerFolder: value.INIT_CWD ?? process.cwd(),
  });
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
