import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CampaignContent, CampaignFacts, type Recipient } from '../domain/campaign.ts';
import { writeCsv } from './csv.ts';
import { DATA, entriesOf, FolderFault, LETTERS } from './folder.ts';
import { OFFICE_COLUMNS } from './offices.ts';

/** The files of a campaign by their names in its two folders. */
export type CampaignFiles = { data: Record<string, string>; letters: Record<string, string> };

/** A campaign as text: what is read from it is the same campaign. Keys at their default are written out. */
export function campaignFiles(content: CampaignContent): CampaignFiles {
  const data: Record<string, string> = {
    // Parsed once more, so that keys stand in the schema's order whatever the store made of them.
    'campaign.json': `${JSON.stringify(CampaignFacts.parse(content.facts), null, 2)}\n`,
    'recipients.csv': writeCsv(officeRows(content.recipients)),
  };
  if (content.signatories.length > 0) {
    const rows = content.signatories.map(({ name, role, country }) => [name, role, country]);
    data['signatories.csv'] = writeCsv([['name', 'role', 'country'], ...rows]);
  }
  const letters = Object.fromEntries(Object.entries(content.texts).map(([name, text]) => [`${name}.hbs`, text]));
  return { data, letters };
}

function officeRows(recipients: readonly Recipient[]): string[][] {
  const languages = (key: 'offices' | 'salutations') =>
    [...new Set(recipients.flatMap((each) => Object.keys(each[key])))].sort();
  const offices = languages('offices');
  const salutations = languages('salutations');
  const header = [
    ...OFFICE_COLUMNS.required,
    ...OFFICE_COLUMNS.optional,
    ...offices.map((language) => `office_${language}`),
    ...salutations.map((language) => `salutation_${language}`),
  ];
  const rows = recipients.map((each) => [
    ...[each.id, each.country, each.name, each.office, each.salutation, each.languages.join(' ')],
    ...[each.email, each.contactForm, each.source, each.checkedOn, each.timezone].map((cell) => cell ?? ''),
    ...offices.map((language) => each.offices[language] ?? ''),
    ...salutations.map((language) => each.salutations[language] ?? ''),
  ]);
  return [header, ...rows];
}

/**
 * Writes a campaign below `path`, in the place of its former files if there are any: all of it or nothing.
 * @throws FolderFault where something else lies there
 */
export async function writeFolder(content: CampaignContent, path: string): Promise<void> {
  const { data, letters } = campaignFiles(content);
  const slug = content.facts.slug;
  const places = [
    { at: join(path, DATA, slug), files: data, ours: /^(campaign\.json|recipients\.csv|signatories\.csv)$/ },
    { at: join(path, LETTERS, slug), files: letters, ours: /\.hbs$/ },
  ];
  await refuseStrangers(path, places);
  const mark = randomBytes(6).toString('hex');
  const made: string[] = [];
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { at, files } of places) {
      const first = await mkdir(dirname(at), { recursive: true });
      if (first) made.push(first);
      await writeAll(beside(at, 'new', mark), files);
    }
    for (const { at, files } of places) undo.push(await swap(at, mark, Object.keys(files).length > 0));
  } catch (error) {
    for (const back of undo.reverse()) await back();
    for (const { at } of places) await remove(beside(at, 'new', mark));
    for (const first of made) await remove(first);
    throw writeFault(path, error);
  }
  for (const { at } of places) for (const side of ['old', 'new']) await remove(beside(at, side, mark));
}

/** A hidden folder in the same place, so that taking a name is one act; readers pass over it. */
const beside = (at: string, side: string, mark: string): string => join(dirname(at), `.${side}-${mark}`);
const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

async function writeAll(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { flag: 'wx' });
}

/** Puts the new folder (or nothing, where it has no files) into its place; gives back how to undo that. */
async function swap(at: string, mark: string, filled: boolean): Promise<() => Promise<void>> {
  const there = (await entriesOf(at)) !== null;
  const putBack = async () => {
    await remove(at);
    if (there) await rename(beside(at, 'old', mark), at);
  };
  if (there) await rename(at, beside(at, 'old', mark));
  if (!filled) return putBack;
  try {
    await rename(beside(at, 'new', mark), at);
  } catch (error) {
    await putBack();
    throw error;
  }
  return putBack;
}

async function refuseStrangers(path: string, places: { at: string; ours: RegExp }[]): Promise<void> {
  const known = (await entriesOf(join(path, DATA))) !== null;
  if (!known && (await allNames(path)).length > 0) {
    throw new FolderFault(
      `${path} holds other things and no ${DATA}. Name an empty or new folder, or one with campaigns.`,
    );
  }
  for (const { at, ours } of places) {
    const stranger = (await allNames(at)).find((name) => !ours.test(name));
    if (stranger)
      throw new FolderFault(`${join(at, stranger)} is no file of a campaign and would be lost. Move it away.`);
  }
}

/** Hidden ones too: what is written over must be nobody else's. */
async function allNames(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw writeFault(path, error);
  }
}

function writeFault(path: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof FolderFault || !code) return error as Error;
  return new FolderFault(
    code === 'ENOTDIR' ? `${path} is no folder. Name another.` : `${path} cannot be written: ${message}`,
  );
}
