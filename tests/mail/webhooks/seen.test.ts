import { expect, test } from 'vitest';
import { openSeen } from '../../../server/mail/webhooks/seen.ts';

test('an id is known for the span, and not longer', () => {
  const seen = openSeen(1000);
  expect([
    seen.note('a', 0),
    seen.note('a', 1),
    seen.note('b', 500),
    seen.note('a', 999),
    seen.note('a', 1000),
  ]).toEqual([true, false, true, false, true]);
});

test('an id that was taken back is new again', () => {
  const seen = openSeen(1000);
  seen.note('a', 0);
  seen.forget('a');
  expect(seen.note('a', 1)).toBe(true);
});

test('the memory is bounded: the oldest goes first', () => {
  const seen = openSeen(1000, 3);
  for (const id of ['a', 'b', 'c', 'd']) seen.note(id, 0);
  expect(['b', 'c', 'd'].map((id) => seen.note(id, 1))).toEqual([false, false, false]);
  expect(seen.note('a', 1)).toBe(true);
  expect(seen.note('b', 1)).toBe(true);
});

test('what is over makes room', () => {
  const seen = openSeen(1000, 3);
  for (const id of ['a', 'b', 'c']) seen.note(id, 0);
  seen.note('d', 2000);
  expect(['d', 'a'].map((id) => seen.note(id, 2001))).toEqual([false, true]);
});
