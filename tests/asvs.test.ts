import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const text = readFileSync(join(ROOT, 'docs/asvs.md'), 'utf8');
const rows = [
  ...text.matchAll(/^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (test|stands|n\/a|not met) \| (.+) \|$/gm),
].map(([, id = '', level = '', about = '', is = '', why = '']) => ({ id, level, about, is, why }));
const order = (id: string) => id.split('.').reduce((sum, part) => sum * 100 + Number(part), 0);

test('every requirement of levels 1 and 2 stands there once, in order', () => {
  expect(rows.filter(({ level }) => level === '1')).toHaveLength(70);
  expect(rows.filter(({ level }) => level === '2')).toHaveLength(183);
  const ids = rows.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => order(a) - order(b)));
});

test('each has its test, which is there, or a reason', () => {
  for (const { id, is, why } of rows) {
    const tests = [...why.matchAll(/tests\/[\w/.-]+\.ts/g)].map(([path]) => path);
    if (is === 'test') expect(tests, id).not.toEqual([]);
    expect(
      tests.filter((path) => !existsSync(join(ROOT, path))),
      id,
    ).toEqual([]);
    expect(why.length, id).toBeGreaterThan(4);
  }
});

test('the summary counts right', () => {
  const said = Object.fromEntries(
    [...text.matchAll(/^\| (test|stands|n\/a|not met) \| (\d+) \|$/gm)].map(([, is, n]) => [is, Number(n)]),
  );
  for (const is of ['test', 'stands', 'n/a', 'not met'])
    expect(said[is]).toBe(rows.filter((row) => row.is === is).length);
});
