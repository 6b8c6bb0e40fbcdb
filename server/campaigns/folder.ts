import { constants, type Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { CampaignContent } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { dayOf } from '../domain/tally.ts';
import { readWorld } from './countries.ts';
import { readFacts } from './facts.ts';
import { MAX_BYTES, MAX_MEGABYTES } from './limits.ts';
import { readOffices } from './offices.ts';
import { readSignatories } from './signatories.ts';
import { readText, strays, variantsRemarks } from './texts.ts';
import type { Read } from './wording.ts';

/** A sentence about a file of a campaign, named from the root that holds `data` and `templates`. */
export type Line = { file: string; line: number | null; text: string };

/** A campaign as its files have it. Any fault, and there is no content. */
export type ReadCampaign = { slug: string; content: CampaignContent | null; faults: Line[]; doubts: Line[] };

/** A path that is no folder of campaigns: why, and what would be. */
export class FolderFault extends Error {}

export const DATA = join('data', 'campaigns');
export const LETTERS = join('templates', 'letters');

const FILES = ['campaign.json', 'recipients.csv', 'signatories.csv'];

/** By what doubts are measured; only tests need others than today's. */
export type Measures = { world: World; today: string };

/**
 * Reads the campaigns of a folder: of a root with `data/campaigns/<slug>` and `templates/letters/<slug>`, or the one of
 * `…/data/campaigns/<slug>` alone.
 * @throws FolderFault where it is neither
 */
export async function readFolder(
  path: string,
  measures: Partial<Measures> = {},
): Promise<{ campaigns: ReadCampaign[] }> {
  const { root, slugs } = await campaignsAt(resolve(path));
  const world = measures.world ?? readWorld(join(import.meta.dirname, '..', '..'));
  const today = measures.today ?? dayOf(Date.now());
  const campaigns: ReadCampaign[] = [];
  for (const slug of slugs) campaigns.push(await readCampaign(root, slug, { world, today }));
  return { campaigns };
}

/** A remark as one line of a report. */
export function lineInWords({ file, line, text }: Line): string {
  return `${file}${line === null ? '' : `, line ${line}`}: ${text}`;
}

/** The entries of a folder by name; null where there is none. Hidden ones are no campaign's. */
export async function entriesOf(path: string): Promise<Dirent[] | null> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new FolderFault(`${path} cannot be read (${code}). Look at its permissions.`);
  }
}

async function campaignsAt(path: string): Promise<{ root: string; slugs: string[] }> {
  const folders = async (at: string) =>
    ((await entriesOf(at)) ?? []).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const inside = await folders(join(path, DATA));
  const written = await folders(join(path, LETTERS));
  if (inside.length > 0) return { root: path, slugs: [...new Set([...inside, ...written])].sort() };
  const isCampaign = dirname(path).endsWith(sep + DATA) && (await entriesOf(path)) !== null;
  if (isCampaign) return { root: resolve(path, '..', '..', '..'), slugs: [basename(path)] };
  const found = (await entriesOf(path)) === null ? 'is no folder' : `holds no ${DATA}`;
  throw new FolderFault(
    `${path} ${found}. Name a folder with ${join(DATA, 'SLUG')} and ${join(LETTERS, 'SLUG')} in it.`,
  );
}

async function readCampaign(root: string, slug: string, { world, today }: Measures): Promise<ReadCampaign> {
  const faults: Line[] = [];
  const doubts: Line[] = [];
  const data = join(root, DATA, slug);
  const letters = join(root, LETTERS, slug);
  const inWords = (path: string) => relative(root, path).replaceAll(sep, '/');

  async function read<T>(path: string, reader: (bytes: Uint8Array) => Read<T>, required: boolean): Promise<T | null> {
    const file = inWords(path);
    const bytes = await bytesOf(path);
    if (bytes === null && !required) return null;
    const result: Read<T> =
      bytes instanceof Uint8Array
        ? reader(bytes)
        : { value: null, faults: [{ line: null, text: bytes ?? 'This file is missing.' }], doubts: [] };
    faults.push(...result.faults.map((remark) => ({ file, ...remark })));
    doubts.push(...result.doubts.map((remark) => ({ file, ...remark })));
    return result.value;
  }

  const facts = await read(join(data, 'campaign.json'), (bytes) => readFacts(bytes, slug), true);
  const eyes = { world, today, invented: facts?.demonstration ?? false };
  const recipients = await read(join(data, 'recipients.csv'), (bytes) => readOffices(bytes, eyes), true);
  const signatories = await read(join(data, 'signatories.csv'), (bytes) => readSignatories(bytes, world), false);
  const known = { languages: facts?.languages ?? null, recipients: recipients?.map(({ id }) => id) ?? null };
  const entries = (await entriesOf(letters)) ?? [];
  const names = entries.filter(({ name }) => name.endsWith('.hbs')).map(({ name }) => name.slice(0, -'.hbs'.length));
  const texts: Record<string, string> = {};
  for (const name of names) {
    const text = await read(join(letters, `${name}.hbs`), (bytes) => readText(bytes, name, known), true);
    if (text !== null) texts[name] = text;
  }
  const inLetters = (name: string) => inWords(join(letters, `${name}.hbs`));
  faults.push(...variantsRemarks(texts).map(({ name, remark }) => ({ file: inLetters(name), ...remark })));

  const others = [
    ...((await entriesOf(data)) ?? []).filter(({ name }) => !FILES.includes(name)),
    ...entries.filter(({ name }) => !name.endsWith('.hbs')),
  ];
  for (const { parentPath, name } of others)
    doubts.push({
      file: inWords(join(parentPath, name)),
      line: null,
      text: 'This is no file of a campaign; it is not kept.',
    });
  doubts.push(...strays(names).map(({ name, text }) => ({ file: inLetters(name), line: null, text })));
  const whole = facts && recipients && faults.length === 0;
  return { slug, content: whole ? { facts, recipients, signatories: signatories ?? [], texts } : null, faults, doubts };
}

/** A file's bytes, null where there is none, or the reason why it is not read. */
async function bytesOf(path: string): Promise<Uint8Array | string | null> {
  try {
    // Without waiting for a writer, should it be a pipe.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = await file.stat();
    if (!stat.isFile()) return 'This is no file.';
    if (stat.size > MAX_BYTES) return `It is larger than ${MAX_MEGABYTES} MB.`;
    return await file.readFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : `It cannot be read (${code}).`;
  }
}
