import { expect, test } from 'vitest';
import { withResult } from './report.ts';
import { faultsOf, holds, type Outcome, scenario } from './scenario.ts';

const lost = (value: number) => ({ what: 'letters lost', value, bound: { exactly: 0 } });
const control = (value: number) => ({ broken: 'every letter is thrown away', figure: lost(value) });
const fine: Outcome = { figures: [lost(0)], controls: [control(3)] };

test('a figure holds within its bound, and never when nobody could measure it', () => {
  expect(holds(lost(0))).toBe(true);
  expect(holds(lost(1))).toBe(false);
  expect(holds({ what: '', value: 2, bound: { most: 2 } })).toBe(true);
  expect(holds({ what: '', value: 2, bound: { least: 3 } })).toBe(false);
  expect(holds({ what: '', value: Number.NaN, bound: { most: 2 } })).toBe(false);
});

test('an outcome stands only with figures that hold and controls that do not', () => {
  expect(faultsOf(fine)).toEqual([]);
  expect(faultsOf({ ...fine, figures: [lost(1)] })).toHaveLength(1);
  expect(faultsOf({ ...fine, figures: [] })).toEqual(['nothing was measured']);
  expect(faultsOf({ ...fine, controls: [] })).toEqual(['there was no control']);
  expect(faultsOf({ ...fine, controls: [control(0)] })).toHaveLength(1);
  expect(faultsOf({ ...fine, controls: [control(Number.NaN)] })).toHaveLength(1);
});

test('the page keeps what was not run this time, and has each scenario once', () => {
  const named = (name: string) =>
    scenario({ name, sample: 1, full: 5, did: (n) => `${n} letters.`, run: async () => fine });
  const about = { seconds: 1, date: '2026-11-24', machine: 'a machine', commit: 'abc' };
  const one = withResult('', named('kills'), fine, about);
  const two = withResult(one, named('faults'), fine, about);
  const again = withResult(two, named('kills'), { ...fine, figures: [lost(7)] }, about);
  expect(again.match(/^## .+$/gm)).toEqual(['## faults', '## kills']);
  expect(again.match(/^\| \[.+$/gm)).toEqual([
    '| [faults](#faults) | yes | 1 of 1 | 1 of 1 | 1 | 2026-11-24 | abc |',
    '| [kills](#kills) | **no** | 0 of 1 | 1 of 1 | 1 | 2026-11-24 | abc |',
  ]);
  expect(again).toContain('| letters lost | 7 | 0 | **no** |');
});
