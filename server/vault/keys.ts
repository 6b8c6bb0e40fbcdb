import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFolder } from '../config.ts';
import { dayOf } from '../domain/tally.ts';
import { writeSecret } from './files.ts';

/** The folder of keys cannot be used, or a key that is needed is not in it. Nothing is done without it, and nothing in clear. */
export class KeysFault extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`the keys cannot be used: ${code}`);
    this.code = code;
  }
}

/** What a day key seals: letters that wait, or mail that stays on this machine. Each has keys of its own, and its own end. */
export type Series = 'letters' | 'mailbox';
/** A key and the name by which rows refer to it. */
export type NamedKey = { id: string; key: Buffer };

const DAY_KEY = /^(letters|mailbox)-(\d{4}-\d{2}-\d{2})-[0-9a-f]{8}$/;
/** A process may have taken the key a moment before midnight, and commit what it sealed a moment after. */
const GRACE_MS = 3_600_000;

/** Where keys lie that end: `KEYS_DIR`, or `keys/` beside the database. */
export function keysFolder({ keysDir, databaseUrl }: { keysDir: string | null; databaseUrl: string }, root: string) {
  return keysDir ?? join(databaseFolder(databaseUrl, root), 'keys');
}

/**
 * Random keys in a folder that no backup holds, each a file: one for what is sealed on a day, and one for the
 * fingerprints of a campaign. What such a key sealed is gone with it, wherever copies of it lie. Nothing is kept in
 * memory: a key that another process destroyed is destroyed here too.
 */
export function openKeys(folder: string) {
  const fileOf = (id: string) => join(folder, `${id}.key`);
  const campaignId = (slug: string) => `campaign-${slug}`;
  const newest = new Map<string, string>();

  /** A key by its name; null where there is none. */
  function read(id: string): Buffer | null {
    const text = onDisk<string | null>(() => readFileSync(fileOf(id), 'utf8'), null);
    if (text === null) return null;
    const key = Buffer.from(text.trim(), 'base64');
    if (key.length !== 32) throw new KeysFault('a key that is none');
    return key;
  }

  function make(id: string): NamedKey {
    onDisk(() => writeSecret(fileOf(id), `${randomBytes(32).toString('base64')}\n`), false);
    const key = read(id);
    if (!key) throw new KeysFault('ENOENT');
    return { id, key };
  }

  /** The names of all day keys that are there. */
  const dayKeys = () =>
    onDisk<string[]>(() => readdirSync(folder), [])
      .flatMap((name) => /^(.+)\.key$/.exec(name)?.[1] ?? [])
      .filter((id) => DAY_KEY.test(id));

  return {
    folder,
    read,
    /** The key of the day of `now`, made where there is none yet. */
    ofDay(series: Series, now: number): NamedKey {
      const start = `${series}-${dayOf(now)}-`;
      const known = newest.get(series);
      const id = known?.startsWith(start) ? known : dayKeys().find((each) => each.startsWith(start));
      const key = id === undefined ? null : read(id);
      const named = id !== undefined && key ? { id, key } : make(`${start}${randomBytes(4).toString('hex')}`);
      newest.set(series, named.id);
      return named;
    },
    /** Day keys whose day is over: they can go when nothing is sealed by them any more. */
    over: (now: number): string[] =>
      dayKeys().filter((id) => Date.parse(DAY_KEY.exec(id)?.[2] ?? '') + 24 * 3_600_000 + GRACE_MS <= now),
    /** The key of a campaign's fingerprints; null where there is none (any more). */
    ofCampaign: (slug: string): Buffer | null => read(campaignId(slug)),
    makeOfCampaign: (slug: string): void => void make(campaignId(slug)),
    /** Destroys a day key by its name, or a campaign's. */
    destroy(id: string | { campaign: string }): void {
      const name = typeof id === 'string' ? id : campaignId(id.campaign);
      onDisk(() => unlinkSync(fileOf(name)), undefined);
    },
  };
}
export type Keys = ReturnType<typeof openKeys>;

/** What a call to the disk gives; `absent` where the file or folder is not there. @throws KeysFault */
function onDisk<T>(call: () => T, absent: T): T {
  try {
    return call();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return absent;
    throw new KeysFault(code);
  }
}
