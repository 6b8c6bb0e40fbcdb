import { describe, expect, test } from 'vitest';
import { firstDay, isMonth, lastDay, monthAfter, monthsBack } from '../../server/domain/months.ts';
import { reportOf } from '../../server/domain/report.ts';
import { addUp, type Move, rollUp } from '../../server/domain/tally.ts';

const cell = (day: string, n: number, of: Partial<Move> = {}): Move => ({
  ...{ day, country: 'IE', recipient: 'ie-interior', source: '', counter: 'sent', n },
  ...of,
});
const report = (cells: Move[], today = '2026-11-24') => reportOf('2026-11', rollUp(cells), addUp(cells), today);

describe('months', () => {
  test('are read strictly', () => {
    for (const right of ['2026-11', '2026-01', '2026-12']) expect(isMonth(right)).toBe(true);
    for (const wrong of ['2026-13', '2026-00', '2026-1', '202611', '2026-11-01', '', ' 2026-11', '२०२६-११'])
      expect(isMonth(wrong), wrong).toBe(false);
  });

  test('follow each other over the years, and end on their last day', () => {
    expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1), monthAfter('2026-05', -17)]).toEqual([
      ...['2027-01', '2025-12', '2024-12'],
    ]);
    expect(['2026-02', '2028-02', '2026-11', '2026-12'].map(lastDay)).toEqual([
      ...['2026-02-28', '2028-02-29', '2026-11-30', '2026-12-31'],
    ]);
    expect(firstDay('2026-02')).toBe('2026-02-01');
    expect(monthsBack('2025-11', '2026-02')).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
  });
});

describe('a report', () => {
  test('tells each month’s own figures in steps, and nothing below one', () => {
    const { counters } = report([
      cell('2026-11-01', 19),
      cell('2026-11-30', 12),
      cell('2026-10-31', 9),
      cell('2026-10-01', 1, { counter: 'bounced' }),
      cell('2026-09-30', 25),
    ]);
    const of = (name: string) => counters.find(({ counter }) => counter === name);
    expect(of('sent')).toMatchObject({ now: 30, before: null, ever: 60 });
    expect(of('bounced')).toMatchObject({ now: null, before: null, ever: null });
  });

  test('what waits belongs to no month', () => {
    const { counters } = report([
      cell('2026-11-02', 40, { counter: 'confirmed' }),
      cell('2026-11-02', 30, { counter: 'pending' }),
    ]);
    expect(counters.filter(({ isPresent }) => isPresent)).toEqual([
      { counter: 'pending', isPresent: true, now: null, before: null, ever: 30 },
      { counter: 'confirmed', isPresent: true, now: null, before: null, ever: 40 },
    ]);
  });

  test('a country or an office that few wrote from or to is not there at all', () => {
    const { byCountry, byRecipient } = report([
      cell('2026-11-02', 9),
      cell('2026-11-02', 20, { country: 'DE', recipient: 'de-interior' }),
      cell('2026-11-03', 30, { country: 'FR', recipient: 'fr-interior' }),
      cell('2026-10-03', 10, { country: 'AT', recipient: 'at-interior' }),
      cell('2026-11-03', 10, { country: 'ES', recipient: 'es-interior', counter: 'failed' }),
    ]);
    expect(byCountry.map(({ country }) => country)).toEqual(['FR', 'DE', 'AT']);
    expect(byRecipient).toMatchObject([
      { recipient: 'fr-interior', sent: { now: 30, before: null } },
      { recipient: 'de-interior', sent: { now: 20, before: null } },
      { recipient: 'at-interior', sent: { now: null, before: 10 } },
    ]);
  });

  test('its days are in steps too, from the first of the month to its last, or to today', () => {
    const cells = [cell('2026-11-02', 9), cell('2026-11-03', 18), cell('2026-10-03', 50)];
    const shown = [
      { day: '2026-11-01', n: 0 },
      { day: '2026-11-02', n: 0 },
      { day: '2026-11-03', n: 10 },
    ];
    expect(report(cells).byDay).toEqual([...shown, { day: '2026-11-24', n: 0 }]);
    expect(report(cells, '2027-03-01').byDay).toEqual([...shown, { day: '2026-11-30', n: 0 }]);
  });

  test('what was taken out of the count is in none of it', () => {
    const { counters, byCountry } = report([cell('2026-11-02', 50, { source: 'aside.1' })]);
    expect(counters.every(({ now, ever }) => now === null && ever === null)).toBe(true);
    expect(byCountry).toEqual([]);
  });
});
