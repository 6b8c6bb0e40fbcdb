import { expect, test } from 'vitest';
import { race } from './race.ts';
import { faultsOf } from './scenario.ts';

test('I6: one token pressed many times at once counts once, and every press gets the same answer', async () => {
  expect(faultsOf(await race.run('sample'))).toEqual([]);
});
