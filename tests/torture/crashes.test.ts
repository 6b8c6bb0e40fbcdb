import { expect, test } from 'vitest';
import { disk } from './disk.ts';
import { kills } from './kills.ts';
import { faultsOf, type Scenario } from './scenario.ts';

/** Apart from the other samples, because these start some hundred processes, which a busy machine is slow to do. */
const samples: [string, Scenario][] = [
  ['I1, I3: processes killed at random lose no letter, and make no copy that could be helped', kills],
  ['I1: what was acknowledged on a disk that fails is there when it is well again', disk],
];

test.each(samples)(
  '%s',
  async (_, scenario) => {
    expect(faultsOf(await scenario.run('sample'))).toEqual([]);
  },
  900_000,
);
