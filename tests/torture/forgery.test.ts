import { expect, test } from 'vitest';
import { forgery } from './forgery.ts';
import { faultsOf } from './scenario.ts';

test('M15: a return path that we did not sign is about no letter', async () => {
  expect(faultsOf(await forgery.run('sample'))).toEqual([]);
});
