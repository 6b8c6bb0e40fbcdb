import { describe, expect, test } from 'vitest';
import { judge } from '../../server/hooks/judge.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-24T10:00:00Z');
const answer = (status: number, retryAfter: string | null = null) => ({ status, retryAfter });
const tried = (more: object = {}) => ({ attempts: 1, failingSince: null, now: NOW, random: 0, ...more });

test.each([200, 201, 202, 204, 299])('%i is taken', (status) => {
  expect(judge(answer(status), tried())).toEqual({ is: 'taken', outcome: `it answered ${status}` });
});

test.each([
  [301, /moved/],
  [400, /did not take/],
  [401, /let us in/],
  [404, /nothing is there/],
  [429, /fewer/],
  [500, /fault of its own/],
  [502, /fault of its own/],
  [199, /did not take/],
])('%i is not, in words', (status, words) => {
  const verdict = judge(answer(status), tried());
  expect(verdict).toMatchObject({ is: 'not-taken', dueAt: NOW + 5000, quietUntil: null });
  expect(verdict.outcome).toMatch(words);
  expect(verdict.outcome).toContain(String(status));
});

test('no answer is told as it was', () => {
  expect(judge('nobody answers there', tried())).toMatchObject({ is: 'not-taken', outcome: 'nobody answers there' });
});

test('it is tried again for five days and a little, later each time, then no more by itself', () => {
  const waits: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const verdict = judge(answer(500), tried({ attempts }));
    if (verdict.is !== 'not-taken' || verdict.dueAt === null) break;
    waits.push(verdict.dueAt - NOW);
  }
  expect(waits.slice(0, 4)).toEqual([5000, 300_000, HOUR / 2, 2 * HOUR]);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  const whole = waits.reduce((sum, each) => sum + each, 0);
  expect(whole).toBeGreaterThan(5 * DAY);
  expect(whole).toBeLessThan(5.5 * DAY);
});

test('jitter makes a wait up to a quarter longer, never shorter', () => {
  const wait = (random: number) =>
    (judge(answer(500), tried({ attempts: 4, random })) as { dueAt: number }).dueAt - NOW;
  expect(wait(0)).toBe(2 * HOUR);
  expect(wait(0.999)).toBeGreaterThan(2.49 * HOUR);
  expect(wait(0.999)).toBeLessThanOrEqual(2.5 * HOUR);
});

describe('Retry-After', () => {
  const until = (retryAfter: string, more: object = {}) =>
    judge(answer(503, retryAfter), tried(more)) as { dueAt: number; quietUntil: number | null };

  test('in seconds, and as a date', () => {
    expect(until('120')).toMatchObject({ dueAt: NOW + 120_000, quietUntil: NOW + 120_000 });
    const date = new Date(NOW + 600_000).toUTCString();
    expect(until(date)).toMatchObject({ dueAt: NOW + 600_000, quietUntil: NOW + 600_000 });
  });

  test('sooner than we would come anyway changes nothing; later than a day is a day', () => {
    expect(until('1', { attempts: 4 }).dueAt).toBe(NOW + 2 * HOUR);
    expect(until('999999999').quietUntil).toBe(NOW + DAY);
  });

  test.each(['', '0', '-5', 'soon', '1e9', '12.5.', 'Mon, 01 Jan 2001 00:00:00 GMT'])('%j asks for nothing', (text) => {
    expect(until(text)).toMatchObject({ dueAt: NOW + 5000, quietUntil: null });
  });
});

test('410 ends the address at once; anything does after five days of failing, but not what is taken', () => {
  expect(judge(answer(410), tried())).toMatchObject({ is: 'ended' });
  const long = { attempts: 9, failingSince: NOW - 5 * DAY };
  expect(judge(answer(500), tried(long))).toMatchObject({ is: 'ended' });
  expect(judge('nobody answers there', tried(long))).toMatchObject({ is: 'ended' });
  expect(judge(answer(200), tried(long))).toMatchObject({ is: 'taken' });
  expect(judge(answer(500), tried({ ...long, failingSince: NOW - 5 * DAY + 1 }))).toMatchObject({ is: 'not-taken' });
});
