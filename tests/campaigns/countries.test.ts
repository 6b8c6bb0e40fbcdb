import { expect, test } from 'vitest';
import { readWorld } from '../../server/campaigns/countries.ts';
import { emptyFolder, folderOf } from './files.ts';

const worldOf = (text: string) => readWorld(folderOf({ 'data/countries.csv': text }));

test('reads countries, territories and the bloc', () => {
  const world = worldOf('code,answered_by,bloc,basis\nFR,,EU,\nRE,FR,EU,"Constitution, art. 73"\n');
  expect([...world.values()]).toEqual([
    { code: 'FR', bloc: 'EU' },
    { code: 'RE', answeredBy: 'FR', bloc: 'EU', basis: 'Constitution, art. 73' },
  ]);
});

test.each([
  ['other columns', 'code,bloc\nFR,EU\n', 'columns must be'],
  ['a code twice', 'code,answered_by,bloc,basis\nFR,,,\nFR,,,\n', 'line 3: FR stands there a second time'],
  ['a word for a code', 'code,answered_by,bloc,basis\nFrance,,,\n', 'line 2 is not'],
  ['another bloc', 'code,answered_by,bloc,basis\nFR,,NATO,\n', 'line 2 is not'],
  ['a state that is not there', 'code,answered_by,bloc,basis\nRE,FR,,\n', 'RE is answered by FR'],
  ['a territory for a state', 'code,answered_by,bloc,basis\nFR,,,\nRE,FR,,\nYT,RE,,\n', 'YT is answered by RE'],
  ['a line too short', 'code,answered_by,bloc,basis\nFR\n', 'line 2: This line has 1 cells'],
])('says what is wrong with %s', (_name, text, sentence) => {
  expect(() => worldOf(text)).toThrow(sentence);
  expect(() => worldOf(text)).toThrow('countries.csv cannot be used');
});

test('says when the file is missing', () => {
  expect(() => readWorld(emptyFolder())).toThrow('countries.csv cannot be used');
});
