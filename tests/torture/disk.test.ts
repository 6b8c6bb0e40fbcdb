import { expect, test } from 'vitest';
import { disk } from './disk.ts';
import { faultsOf } from './scenario.ts';

test('I1: what was acknowledged on a disk that fails is there when it is well again', async () => {
  expect(faultsOf(await disk.run('sample'))).toEqual([]);
}, 300_000);
