import { expect, test } from 'vitest';
import { faults } from './faults.ts';
import { faultsOf } from './scenario.ts';

test('I1, I2, I3: a mail server that misbehaves loses nothing, and makes no copy that cannot be helped', async () => {
  expect(faultsOf(await faults.run('sample'))).toEqual([]);
}, 120_000);
