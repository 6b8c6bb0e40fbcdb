import { afterEach, expect, test, vi } from 'vitest';
import { openLanes } from '../../server/outbox/lanes.ts';

afterEach(() => void vi.useRealTimers());

test('I12: it is known how many slow offices may stand in front of the others', () => {
  vi.useFakeTimers();
  const lanes = openLanes(10);
  const queue = { campaign: 'save-the-bees', recipient: 'ie-interior' } as Parameters<typeof lanes.room>[0];
  const leave = lanes.enter(queue, Date.now);
  expect([lanes.room(queue), lanes.waiting()]).toEqual([2, 0]);
  vi.advanceTimersByTime(10_000);
  expect([lanes.room(queue), lanes.waiting()]).toEqual([0, 1]);
  leave();
  expect([lanes.room(queue), lanes.waiting()]).toEqual([1, 1]);
  lanes.enter(queue, Date.now)();
  expect([lanes.room(queue), lanes.waiting()]).toEqual([3, 0]);
});
