import { expect, test } from 'vitest';
import { watchRelay } from '../../server/outbox/relay.ts';

test('I12: conversations that break off together are one failure: it is asked again after a second, two, four', () => {
  let now = 0;
  const relay = watchRelay({ now: () => now, random: () => 0.999 });
  const restsAfterTen = () => {
    for (let n = 0; n < 10; n += 1) relay.failed();
    const from = now;
    while (relay.room(10) === 0) now += 100;
    return Math.ceil((now - from) / 1000);
  };
  expect([restsAfterTen(), restsAfterTen(), restsAfterTen()]).toEqual([1, 2, 4]);
  expect(relay.room(10)).toBe(1);
  relay.worked();
  expect(relay.room(10)).toBe(10);
});
