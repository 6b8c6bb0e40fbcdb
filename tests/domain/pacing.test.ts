import { describe, expect, test } from 'vitest';
import { afterRefusal, type Health } from '../../server/domain/health.ts';
import { inDaytime, nextTurn, throughBy, timezoneOf } from '../../server/domain/pacing.ts';

const at = (text: string) => Date.parse(text);
const iso = (moment: number | null) => (moment === null ? null : new Date(moment).toISOString());

describe('the daytime of an office', () => {
  test.each([
    ['2026-11-24T10:00:00Z', 'Europe/Berlin', '2026-11-24T10:00:00.000Z'],
    ['2026-11-24T06:59:00Z', 'Europe/Berlin', '2026-11-24T07:00:00.000Z'],
    ['2026-11-24T19:00:00Z', 'Europe/Berlin', '2026-11-25T07:00:00.000Z'],
    ['2026-11-24T23:30:00Z', 'Europe/Berlin', '2026-11-25T07:00:00.000Z'],
    ['2026-11-24T10:00:00Z', 'Asia/Tokyo', '2026-11-24T10:00:00.000Z'],
    ['2026-11-24T11:00:00Z', 'Asia/Tokyo', '2026-11-24T23:00:00.000Z'],
    ['2026-11-24T01:00:00Z', 'Asia/Kathmandu', '2026-11-24T02:15:00.000Z'],
    // The nights in which clocks change: still eight in the morning.
    ['2026-03-28T22:00:00Z', 'Europe/Berlin', '2026-03-29T06:00:00.000Z'],
    ['2026-10-24T22:00:00Z', 'Europe/Berlin', '2026-10-25T07:00:00.000Z'],
    ['2026-11-24T22:00:00Z', 'UTC', '2026-11-25T08:00:00.000Z'],
  ])('%s in %s: %s', (now, zone, open) => expect(iso(inDaytime(at(now), zone))).toBe(open));

  test('its time zone is its own, or its country’s where that has one only', () => {
    expect(timezoneOf({ country: 'DE', timezone: 'Europe/Busingen' })).toBe('Europe/Busingen');
    expect(timezoneOf({ country: 'FR' })).toBe('Europe/Paris');
    expect(timezoneOf({ country: 'EU' })).toBe('Europe/Brussels');
    expect(timezoneOf({ country: 'US' })).toBe('UTC');
  });
});

describe('the pace', () => {
  test('turns lie half to one and a half intervals apart, within the day', () => {
    const noon = at('2026-11-24T12:00:00Z');
    expect(nextTurn(noon, 30, 'UTC', 0) - noon).toBe(60_000);
    expect(nextTurn(noon, 30, 'UTC', 0.999_999) - noon).toBe(180_000);
    expect(nextTurn(noon, null, 'UTC', 0.5)).toBe(noon);
    const evening = nextTurn(at('2026-11-24T19:59:30Z'), 30, 'UTC', 0.5);
    expect(iso(evening)).toBe('2026-11-25T08:01:00.000Z');
  });

  test('over a day as many leave as the pace says, whatever the dice say', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let moment = at('2026-11-24T08:00:00Z');
    let n = 0;
    for (; moment < at('2026-11-25T08:00:00Z'); n += 1) moment = nextTurn(moment, 30, 'UTC', random());
    expect(n).toBeGreaterThan(330);
    expect(n).toBeLessThan(390);
  });

  test('the forecast of a queue: hours of the day, days, and nothing where there is no pace', () => {
    const noon = at('2026-11-24T12:00:00Z');
    expect(throughBy(noon, 0, 30, 'UTC')).toBeNull();
    expect(throughBy(noon, 100, null, 'UTC')).toBeNull();
    expect(iso(throughBy(noon, 1, 30, 'UTC'))).toBe('2026-11-24T12:00:00.000Z');
    expect(iso(throughBy(noon, 61, 30, 'UTC'))).toBe('2026-11-24T14:00:00.000Z');
    // 240 fit into today's eight hours; 360 into each whole day.
    expect(iso(throughBy(noon, 242, 30, 'UTC'))).toBe('2026-11-25T08:02:00.000Z');
    expect(iso(throughBy(noon, 1 + 240 + 360 + 30, 30, 'UTC'))).toBe('2026-11-26T09:00:00.000Z');
  });

  test('the forecast agrees with the turns that are taken', () => {
    const start = at('2026-11-24T17:13:00Z');
    let moment = start;
    for (let n = 1; n < 1000; n += 1) moment = nextTurn(moment, 30, 'Europe/Berlin', 0.5);
    expect(Math.abs((throughBy(start, 1000, 30, 'Europe/Berlin') ?? 0) - moment)).toBeLessThan(30 * 60_000);
  });
});

describe('an office that keeps refusing', () => {
  const well: Health = { gone: 100, refusals: 0, refusedFrom: 0, refusedAt: null, refusingSince: null };
  const refused = (refusals: number, gonePerRefusal: number, from = well) => {
    let health = from;
    for (let n = 0; n < refusals; n += 1) {
      const gone = health.gone + gonePerRefusal;
      health = { gone, ...afterRefusal({ ...health, gone }, 1000 + n) };
    }
    return health;
  };

  test('is one that refused three letters, and half of what went there', () => {
    expect(refused(2, 1).refusingSince).toBeNull();
    expect(refused(3, 1).refusingSince).toBe(1002);
    expect(refused(50, 10).refusingSince).toBeNull();
  });

  test('also when its bounces come long after all letters had gone', () => {
    const sent = { ...well, gone: 50 };
    const first = { gone: 50, ...afterRefusal(sent, 1000) };
    expect(refused(2, 0, first).refusingSince).toBe(1001);
  });

  test('a week without a refusal is a new beginning; what was found stays until somebody looks', () => {
    const two = refused(2, 1);
    const week = 7 * 24 * 3_600_000;
    expect(afterRefusal({ ...two, gone: 103 }, 1001 + week)).toMatchObject({ refusals: 1, refusingSince: null });
    const refusing = refused(3, 1);
    expect(afterRefusal(refusing, 2000 + week).refusingSince).toBe(1002);
  });
});
