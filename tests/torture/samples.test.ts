import { expect, test } from 'vitest';
import { canary } from './canary.ts';
import { faults } from './faults.ts';
import { forgery } from './forgery.ts';
import { generated, hostile } from './hostile.ts';
import { onlookers } from './onlookers.ts';
import { fiveDays } from './outage.ts';
import { race } from './race.ts';
import { faultsOf, type Scenario } from './scenario.ts';
import { theft } from './theft.ts';
import { workers } from './workers.ts';

/** A small run of what `npm run torture` does in full. Together they take some twenty seconds of one core. */
const samples: [string, Scenario][] = [
  ['I1, I2, I3: a mail server that misbehaves loses nothing, and makes no copy that could be helped', faults],
  ['I2: several outboxes on one PostgreSQL send each letter once', workers],
  ['I6: one token pressed many times at once counts once, and every press gets the same answer', race],
  ['I1, M12: what was confirmed while the mail server was down goes afterwards, at the pace, by day', fiveDays],
  ['I9, I10: nothing of anybody lies about in clear, and when all is over not even sealed', canary],
  ['I10: who steals the files learns of nobody; with all keys of nobody who has not confirmed', theft],
  ['W13, W14: looking confirms nothing, and nobody’s inbox is flooded', onlookers],
  ['I3, I5: whatever is typed, nothing falls, nobody else gets mail, no page changes, and names arrive', hostile],
  ['W1, W2, W3: no request, however odd, makes the program fall', generated],
  ['M15: a return path that we did not sign is about no letter', forgery],
];

test.each(samples)(
  '%s',
  async (_, scenario) => {
    expect(faultsOf(await scenario.run('sample'))).toEqual([]);
  },
  120_000,
);
