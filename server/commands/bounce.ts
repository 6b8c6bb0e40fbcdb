import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { type Outcome, takeReturned } from '../acts/bounce.ts';
import { type Config, ConfigFault, callerFolder } from '../config.ts';
import type { Verdict } from '../domain/bounce.ts';
import { Refusal } from '../domain/errors.ts';
import { type ReadReturned, readReturned } from '../mail/returned.ts';
import { StoreFault } from '../store/connection.ts';
import { openStore } from '../store/open.ts';
import { keysFolder, openKeys } from '../vault/keys.ts';
import { secretKey } from '../vault/secret-key.ts';
import { openVault } from '../vault/vault.ts';
import type { Voice } from './campaign.ts';
import { Refused } from './command.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const USAGE = 'Usage: npm run bounce -- [ADDRESS] < MESSAGE | --dry-run [--json] [--dir FOLDER]';

/** No report is longer; the rest of what is piped in is let go. */
const KEPT = 1024 * 1024;

type Call = { address: string | null; dryRun: boolean; json: boolean; dir: string | null };

/** What is asked for; null where the call is a wrong one. */
function readCall(args: string[]): Call | null {
  try {
    const options = { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, dir: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [address = null, ...more] = positionals;
    const { 'dry-run': dryRun = false, json = false, dir = null } = values;
    const fits = more.length === 0 && (dryRun || !(json || dir !== null)) && (dir === null || (dir && !address));
    return fits ? { address, dryRun, json, dir } : null;
  } catch {
    return null;
  }
}

/**
 * `bounce [ADDRESS]`: takes in one returned mail from standard input, or with `--dry-run` only says what it is. Gives its
 * exit status: 0 done, 1 refused, 2 a wrong call.
 */
export async function runBounce(
  args: string[],
  configure: () => Config,
  voice: Voice,
  stdin: AsyncIterable<Buffer | string>,
): Promise<0 | 1 | 2> {
  const call = readCall(args);
  const isTyped = 'isTTY' in stdin && stdin.isTTY === true;
  if (!call || (isTyped && call.dir === null)) {
    voice.complain(USAGE);
    return 2;
  }
  try {
    if (call.dir !== null) await sayEach(call.dir, call.json, voice);
    else if (call.dryRun) voice.say(described((await readReturned(await input(stdin))).verdict, call.json));
    else await takeIn(call.address, configure(), voice, await input(stdin));
    return 0;
  } catch (error) {
    voice.complain(refusalOf(error));
    return 1;
  }
}

async function input(stdin: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    // Read to its end, or the mail server's pipe would break.
    if (length < KEPT) kept.push(Buffer.from(chunk));
    length += chunk.length;
  }
  if (length === 0) throw new Refused('There is no message on standard input. Pipe one in: npm run bounce < MESSAGE');
  return Buffer.concat(kept);
}

async function sayEach(dir: string, json: boolean, { say }: Voice): Promise<void> {
  const folder = resolve(callerFolder(), dir);
  const files = readdirSync(folder)
    .filter((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.isFile())
    .sort();
  for (const file of files) {
    const { verdict } = await readReturned(readFileSync(join(folder, file)));
    say(json ? JSON.stringify({ file, ...verdict }) : `${file}: ${described(verdict, false)}`);
  }
}

const SENTENCES: Record<Verdict['kind'], string> = {
  hard: 'It came back: the address, or its domain, is not there.',
  soft: 'It came back, though the address may well be there.',
  'auto-reply': 'It is an automatic reply.',
  complaint: 'It is a complaint.',
  delay: 'It is late, and still being tried.',
  delivered: 'It was delivered.',
  unknown: 'It cannot be told what this is; it counts as no bounce.',
};

function described(verdict: Verdict, json: boolean): string {
  if (json) return JSON.stringify(verdict);
  const { kind, status, recipient } = verdict;
  const facts = [kind, status && `status ${status}`, recipient && `for ${recipient}`].filter((fact) => fact);
  return `${SENTENCES[kind]} (${facts.join(', ')})`;
}

async function takeIn(address: string | null, config: Config, { say }: Voice, raw: Buffer): Promise<void> {
  const { verdict, addresses }: ReadReturned = await readReturned(raw);
  // What became of it is said below; a mail server's pipe hands on every line that is printed.
  const log = pino({ level: 'silent' });
  const store = await openStore(config.databaseUrl, ROOT);
  try {
    const keys = openKeys(keysFolder(config, ROOT));
    const vault = openVault(secretKey(config.secretKey, config.databaseUrl, ROOT), keys);
    // The mail's own text may name any address: where it came to is known from the envelope.
    const mail = { addresses: address === null ? addresses : [address.replace(/^<|>$/g, '')], verdict };
    say(sentenceOf(await patiently(() => takeReturned({ store, vault, now: Date.now, log }, mail))));
  } finally {
    await store.close();
  }
}

const TRIES = 20;

/** A bounce can be quicker than the note that its letter was sent: a mail server's pipe would not come again. */
async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Refusal) || tries === TRIES) throw error;
      await sleep(1000);
    }
  }
}

/** @throws Refused where nobody here can do anything with the mail */
function sentenceOf(outcome: Outcome): string {
  if (outcome === 'bounced') return 'The letter has come back.';
  if (outcome === 'noted') return 'It is noted; no letter changes.';
  if (outcome === 'sender-only') {
    throw new Refused(
      "This address only carries letters and nobody reads it. To answer the person who wrote to you, write to the address in the letter's Reply-To line.",
    );
  }
  throw new Refused(
    'No address in it was signed by this installation. Name the envelope recipient: npm run bounce -- ADDRESS',
  );
}

/** Why it was refused, in one line. */
function refusalOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof ConfigFault) return error.faults.join('; ');
  if (error instanceof Refusal) return 'The letter is just being sent. Try again in a minute.';
  if (error instanceof StoreFault) return `${error.message}. Look at DATABASE_URL, and whether the disk is full.`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES')
    return `The folder cannot be read (${code}). Name one with --dir FOLDER.`;
  return `This was not expected: ${(message || String(error)).split('\n')[0]}. Look at DATABASE_URL and the files it needs.`;
}
