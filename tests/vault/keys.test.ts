import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeysFault, openKeys } from '../../server/vault/keys.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const DAY = 24 * 3_600_000;
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'dear-minister-keys-')), 'keys');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('a day has one key, another day another one, and letters and mailbox never the same', () => {
  const keys = openKeys(folder);
  const one = keys.ofDay('letters', NOON);
  expect(keys.ofDay('letters', NOON + 3_600_000)).toEqual(one);
  expect(openKeys(folder).ofDay('letters', NOON)).toEqual(one);
  const others = [keys.ofDay('letters', NOON + DAY), keys.ofDay('mailbox', NOON)];
  for (const { id, key } of others) expect(id === one.id || key.equals(one.key)).toBe(false);
  expect(one.key).toHaveLength(32);
});

test('keys are for their owner only, and no half of one is left', () => {
  const keys = openKeys(folder);
  keys.ofDay('letters', NOON);
  keys.makeOfCampaign('bees');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const files = readdirSync(folder);
  expect(files).toHaveLength(2);
  for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

test('other files in the folder are no keys, and keys of odd names none of ours', () => {
  const keys = openKeys(folder);
  const { id } = keys.ofDay('letters', NOON);
  for (const name of ['note.txt', `${id}.key.bak`, `x-${id}.key`, 'letters-2026-11-24-xyz.key'])
    writeFileSync(join(folder, name), 'text');
  expect(keys.over(NOON + 10 * DAY)).toEqual([id]);
  expect(openKeys(folder).ofDay('letters', NOON).id).toBe(id);
  expect(keys.read('letters-2026-11-24-00000000')).toBeNull();
  expect(openKeys(join(folder, 'nowhere')).over(NOON)).toEqual([]);
});

test('a day key is over an hour after its day, and what is destroyed is destroyed for every process', () => {
  const keys = openKeys(folder);
  const { id } = keys.ofDay('letters', NOON);
  expect(keys.over(Date.parse('2026-11-25T00:59:59Z'))).toEqual([]);
  expect(keys.over(Date.parse('2026-11-25T01:00:00Z'))).toEqual([id]);
  const other = openKeys(folder);
  expect(other.read(id)).not.toBeNull();
  keys.destroy(id);
  expect(other.read(id)).toBeNull();
  expect(other.ofDay('letters', NOON).id).not.toBe(id);
});

test('of two that make a campaign’s key at once both have the same one', () => {
  const [one, two] = [openKeys(folder), openKeys(folder)];
  expect(one.ofCampaign('bees')).toBeNull();
  one.makeOfCampaign('bees');
  const key = one.ofCampaign('bees');
  two.makeOfCampaign('bees');
  expect(two.ofCampaign('bees')).toEqual(key);
  one.destroy({ campaign: 'bees' });
  expect(two.ofCampaign('bees')).toBeNull();
});

test('I11: a folder or a key that cannot be used is said aloud, and no other key made in its place', () => {
  const keys = openKeys(folder);
  const { id } = keys.ofDay('letters', NOON);
  writeFileSync(join(folder, `${id}.key`), 'half a k');
  expect(() => keys.ofDay('letters', NOON)).toThrow(KeysFault);
  keys.makeOfCampaign('bees');
  writeFileSync(join(folder, 'campaign-bees.key'), '');
  expect(() => keys.ofCampaign('bees')).toThrow(KeysFault);
  const file = join(folder, '..', 'no-folder');
  writeFileSync(file, '');
  expect(() => openKeys(file).ofDay('letters', NOON)).toThrow(/^the keys cannot be used: ENOTDIR|EEXIST/);
  expect(new KeysFault('EIO').message).toBe('the keys cannot be used: EIO');
});
