import { expect, test } from 'vitest';
import { kills } from './kills.ts';
import { faultsOf } from './scenario.ts';

test('I1, I3: processes killed at random lose no letter, and make no copy that cannot be helped', async () => {
  expect(faultsOf(await kills.run('sample'))).toEqual([]);
}, 900_000);
