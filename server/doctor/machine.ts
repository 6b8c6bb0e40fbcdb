import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { databaseFolder, isLoopback } from '../config.ts';
import { findDkimKey, signerOf } from '../mail/dkim.ts';
import { openStore } from '../store/open.ts';
import { keysFolder } from '../vault/keys.ts';
import { secretKeyFile } from '../vault/secret-key.ts';
import { codeOf, doubt, type Finding, fault, ok, type Visit } from './finding.ts';

const MEGABYTE = 1024 * 1024;
const LEAST = 200 * MEGABYTE;

/** Whether there is room left where the database lies. */
export async function disk({ config, root, outside }: Visit): Promise<Finding> {
  let folder = databaseFolder(config.databaseUrl, root);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { free, total } = await outside.space(folder);
  const part = total > 0 ? Math.floor((free / total) * 100) : 0;
  const says = `${Math.floor(free / MEGABYTE)} MB are free where the database lies (${part} %).`;
  if (free < LEAST || free * 10 < total) return fault('disk', says, 'Make room: at least a tenth, and 200 MB.');
  return ok('disk', says);
}

/** Whether the keys are there, and nobody else on this machine may read them. */
export async function keys({ config, root }: Visit): Promise<Finding[]> {
  const secret = secretKeyFile(config.databaseUrl, root);
  return [
    config.secretKey
      ? ok('SECRET_KEY', 'It is set.')
      : existsSync(secret)
        ? guarded('SECRET_KEY', secret, root)
        : ok('SECRET_KEY', 'It will be made on the first start.'),
    ...dkimKey({ config, root }),
  ];
}

/** Whether the keys that end are guarded, and lie where no copy of the database takes them along. */
export async function endingKeys({ config, root }: Visit): Promise<Finding> {
  const folder = keysFolder(config, root);
  const guard = existsSync(folder) ? guarded('KEYS_DIR', folder, root) : null;
  if (guard?.verdict === 'fault') return guard;
  const says = 'The keys of letters that wait lie beside the database: whoever copies that folder has both.';
  if (config.production && config.keysDir === null)
    return doubt('KEYS_DIR', says, 'Set KEYS_DIR to a folder that no backup holds.');
  return ok('KEYS_DIR', 'The keys of letters that wait have their folder.');
}

function dkimKey({ config, root }: Pick<Visit, 'config' | 'root'>): Finding[] {
  try {
    const file = findDkimKey(config, root)?.file;
    signerOf(config, root);
    return file ? [guarded('DKIM key', file, root)] : [];
  } catch (error) {
    const mend = 'Put the right one there, or take it away and make one by npm run dkim.';
    return [fault('DKIM key', `${(error as Error).message}.`, mend)];
  }
}

function guarded(check: string, file: string, root: string): Finding {
  const name = nameOf(file, root);
  if (isOpen(file)) return fault(check, `Others on this machine may read ${name}.`, `Call: chmod go-rwx ${name}`);
  return ok(check, `${name} is readable for its owner only.`);
}

const nameOf = (file: string, root: string) => (relative(root, file).startsWith('..') ? file : relative(root, file));

function isOpen(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/** What it holds of persons is sealed; the exact numbers are not. A folder that nobody else may enter guards it too. */
function readByOthers(file: string, root: string): Finding | null {
  if (!isOpen(file) || !isOpen(dirname(file))) return null;
  const name = nameOf(file, root);
  return doubt('database', `Others on this machine may read ${name}.`, `Call: chmod go-rwx ${name}*`);
}

/** Whether callers can be told apart: behind a proxy all of them look like it, and limits do nothing. */
export async function proxy({ config }: Visit): Promise<Finding[]> {
  if (config.trustProxy === true) {
    const says = 'Every caller is believed where they say they come from, so no flood can be told from people.';
    return [doubt('TRUST_PROXY', says, 'Set how many proxies stand in front, or their addresses.')];
  }
  const isPublic = config.publicUrl !== null && !isLoopback(URL.parse(config.publicUrl)?.hostname ?? '');
  if (!isPublic || !isLoopback(config.host) || config.trustProxy !== false) return [];
  const says = 'It listens on this machine only, so a proxy must stand in front, and every caller looks like it.';
  return [doubt('TRUST_PROXY', says, 'Set TRUST_PROXY=1, so that floods can be told from people.')];
}

/** Whether what is said to a database on another machine is encrypted, and said to the right one. */
export async function databaseLine({ config }: Visit): Promise<Finding[]> {
  const url = URL.parse(config.databaseUrl);
  // Without a host it is a socket of this machine.
  if (!url?.protocol.startsWith('postgres') || url.hostname === '' || isLoopback(url.hostname)) return [];
  if (url.searchParams.get('sslmode') === 'verify-full') return [];
  const says =
    'The database is on another machine, and DATABASE_URL asks for no encryption whose certificate must hold.';
  return [doubt('DATABASE_URL', says, 'Add ?sslmode=verify-full to it, unless the network between is yours alone.')];
}

/** Whether the database can be opened, and has our tables. A file that is not there yet is not made. */
export async function database({ config, root }: Visit): Promise<Finding> {
  const path = config.databaseUrl.startsWith('file:') ? config.databaseUrl.slice('file:'.length) : null;
  if (path && !existsSync(resolve(root, path))) return ok('database', 'It will be made on the first start.');
  try {
    const store = await openStore(config.databaseUrl, root);
    try {
      await store.campaigns.list();
    } finally {
      await store.close();
    }
    return (path && readByOthers(resolve(root, path), root)) || ok('database', 'It opens, and has our tables.');
  } catch (error) {
    const code = codeOf(error) || 'unknown';
    const mend = path
      ? 'Look at the file’s owner and at the disk, or mend DATABASE_URL.'
      : 'Start it, or mend DATABASE_URL.';
    if (code === 'SQLITE_BUSY') return doubt('database', 'It is busy.', 'Try again in a minute.');
    return fault('database', `It cannot be used (${code}).`, mend);
  }
}
