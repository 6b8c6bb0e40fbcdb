import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BarInput, bar } from '../../server/desk/charts/bar.ts';
import { gather } from '../../server/desk/charts/days.ts';
import { stages } from '../../server/desk/charts/stages.ts';
import { escapeText, figure, widthOf } from '../../server/desk/charts/svg.ts';
import { axisNumbers, niceTicks } from '../../server/desk/charts/ticks.ts';
import { type TimeInput, timeChart } from '../../server/desk/charts/time.ts';
import { openCatalogue } from '../../server/views/catalogue.ts';
import { ROOT } from '../support/app.ts';

const words = openCatalogue(join(ROOT, 'templates/words'));
const sayIn =
  (language: string) =>
  (key: string, values = {}) =>
    words.say(language, key, values);

/** The day that many days after another. */
const after = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
const series = (first: string, counts: number[]) => counts.map((n, i) => ({ day: after(first, i), n }));
const FOURTEEN = series('2026-11-08', [400, 1000, 2200, 2760, 2000, 1480, 1200, 2360, 1720, 1040, 760, 600, 880, 280]);
const time = (given: Partial<TimeInput> = {}) => {
  const language = given.language ?? 'en';
  const usual = { days: FOURTEEN, today: '2026-11-21', label: 'Sent, by day', id: 'sent', say: sayIn(language) };
  return timeChart({ ...usual, ...given, language });
};
const draft = (steps: { label: string; n: number }[]) =>
  stages({ steps, language: 'en', label: 'From draft to sent', id: 'way', say: sayIn('en') });

const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const rects = (svg: string) => [...svg.matchAll(/<rect([^>]*)>/g)].map(([, attributes]) => attributes ?? '');
const numberIn = (attributes: string, name: string) =>
  Number(new RegExp(` ${name}="([\\d.]+)%?"`).exec(attributes)?.[1]);
const attribute = (svg: string, name: string) => rects(svg).map((each) => numberIn(each, name));

describe('the marks of an axis', () => {
  test.each([
    [0, [0]],
    [1, [0, 1]],
    [2, [0, 1, 2]],
    [3, [0, 1, 2, 3]],
    [4, [0, 2, 4]],
    [7, [0, 5, 10]],
    [75, [0, 25, 50, 75]],
    [2760, [0, 1000, 2000, 3000]],
    [3_000_000, [0, 1_000_000, 2_000_000, 3_000_000]],
  ])('up to %i', (max, ticks) => expect(niceTicks(max, 3)).toEqual(ticks));

  test('are whole, few, even, and reach to the highest, whatever that is', () => {
    for (let max = 2; max < 20_000_000; max = Math.ceil(max * 1.07)) {
      const ticks = niceTicks(max, 3);
      expect([max, ticks.every(Number.isInteger)]).toEqual([max, true]);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(4);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.at(-2)).toBeLessThan(max);
    }
  });

  test('are written as the language groups them, and short above 100,000', () => {
    expect([3000, 100_000].map(axisNumbers(100_000, 'en'))).toEqual(['3,000', '100,000']);
    expect([0, 50_000, 150_000].map(axisNumbers(150_000, 'en'))).toEqual(['0', '50K', '150K']);
    expect([1_200_000].map(axisNumbers(1_200_000, 'en'))).toEqual(['1.2M']);
    expect([3000].map(axisNumbers(3000, 'de'))).toEqual(['3.000']);
    expect([1_200_000].map(axisNumbers(1_200_000, 'de'))).toEqual(['1,2\u00a0Mio.']);
  });
});

describe('days', () => {
  test('that are missing are there with nothing, in order, up to today', () => {
    const days = [
      { day: '2026-11-04', n: 2 },
      { day: '2026-11-01', n: 1 },
      { day: '2026-11-04', n: 3 },
    ];
    const { unit, span, columns } = gather(days, '2026-11-06');
    expect([unit, span]).toEqual(['day', 6]);
    expect(columns.map(({ n }) => n)).toEqual([1, 0, 0, 5, 0, 0]);
    expect(columns.map(({ isNow }) => isNow)).toEqual([false, false, false, false, false, true]);
    expect(
      gather(days, null)
        .columns.map(({ day }) => day)
        .at(-1),
    ).toBe('2026-11-04');
  });

  test.each([
    [60, 'day', 60],
    [61, 'week', 10],
    [400, 'week', 58],
    [401, 'month', 14],
  ])('%i of them: a column for each %s', (count, unit, columns) => {
    const gathered = gather(series('2025-03-01', Array(count).fill(1)), after('2025-03-01', count - 1));
    expect([gathered.unit, gathered.span, gathered.columns.length]).toEqual([unit, count, columns]);
    expect(gathered.columns.reduce((sum, { n }) => sum + n, 0)).toBe(count);
    expect(gathered.columns.filter(({ isNow }) => isNow)).toEqual(gathered.columns.slice(-1));
  });

  test('weeks begin on Monday, months on their first day', () => {
    const weeks = gather(series('2026-01-07', Array(70).fill(1)), null).columns;
    expect(weeks.map(({ day }) => new Date(day).getUTCDay()).every((day) => day === 1)).toBe(true);
    expect(weeks[0]).toEqual({ day: '2026-01-05', n: 5, isNow: false });
    const months = gather(series('2026-01-07', Array(500).fill(1)), null).columns;
    expect(months.slice(0, 2)).toEqual([
      { day: '2026-01-01', n: 25, isNow: false },
      { day: '2026-02-01', n: 28, isNow: false },
    ]);
  });

  test('none at all are no chart, and no fault', () => {
    expect(gather([], null)).toEqual({ unit: 'day', span: 0, columns: [] });
    expect(time({ days: [], today: null }).summary).toBe('No letters in 0 days');
  });
});

describe('the chart by day', () => {
  test('has a column a day in proportion, the present one pale, and few marks', () => {
    const { svg, caption } = time();
    expect(texts(svg)).toEqual(['0', '1,000', '2,000', '3,000', '8 Nov', '15 Nov', 'today']);
    const heights = attribute(svg, 'height');
    expect(heights).toHaveLength(14);
    expect((heights[3] ?? 0) / (heights[1] ?? 0)).toBeCloseTo(2.76, 1);
    expect(rects(svg).map((each) => each.includes('"chart-now"'))).toEqual([...Array(13).fill(false), true]);
    expect(caption).toBeNull();
    expect(time({ today: null }).svg).not.toMatch(/today|chart-now/);
  });

  test('says the same in a sentence', () => {
    expect(time().summary).toBe('18,680 letters in 14 days; most on 11 November: 2,760');
    expect(time({ language: 'de' }).summary).toBe('18.680 Briefe in 14 Tagen; die meisten am 11. November: 2.760');
    expect(time({ language: 'fr' }).summary).toContain('en 14 jours ; le plus grand nombre le 11 novembre : 2');
    expect(time({ days: [{ day: '2026-11-20', n: 1 }] }).summary).toBe('1 letter in 2 days, on 20 November');
    const newYear = series('2026-12-30', [1, 5]);
    expect(time({ days: newYear, today: '2027-01-02' }).summary).toBe(
      '6 letters in 4 days; most on 31 December 2026: 5',
    );
  });

  test('speaks of today in the page’s language', () => {
    expect(texts(time({ language: 'de' }).svg).slice(-2)).toEqual(['15. Nov.', 'heute']);
    expect(texts(time({ language: 'fr' }).svg).at(-1)).toMatch(/^aujourd.+hui$/);
  });

  test('with no letter at all says so in its middle', () => {
    const { svg, summary } = time({ days: series('2026-11-08', [0]) });
    expect(summary).toBe('No letters in 14 days');
    expect(texts(svg)).toEqual(['0', 'No letters in 14 days', '8 Nov', '15 Nov', 'today']);
    expect(rects(svg)).toEqual([]);
  });

  test('with three letters counts by ones', () => {
    const { svg } = time({ days: series('2026-11-08', [0, 0, 1, 0, 2]) });
    expect(texts(svg).slice(0, 4)).toEqual(['0', '1', '2', '8 Nov']);
    expect(rects(svg)).toHaveLength(2);
  });

  test('with three million in 200 days goes by weeks and says so; one letter beside a million is seen', () => {
    const days = series('2026-05-05', [1, ...Array(199).fill(15_000)]);
    const { svg, caption, summary } = time({ days, today: '2026-11-20' });
    expect(caption).toBe('Each column is a week, from Monday on.');
    expect(summary).toBe('2,985,001 letters in 200 days; most in the week from 11 May: 105,000');
    expect(texts(svg)).toEqual(expect.arrayContaining(['50K', '100K', '150K', '4 May', 'this week']));
    const uneven = time({ days: series('2026-11-08', [1, 1_000_000]) });
    expect(attribute(uneven.svg, 'height')[0]).toBeGreaterThanOrEqual(1.5);
  });

  test('of years goes by months, told with their year', () => {
    const { svg, caption, summary } = time({ days: series('2025-05-05', Array(560).fill(2)), today: '2026-11-15' });
    expect(caption).toBe('Each column is a month.');
    expect(summary).toBe('1,120 letters in 560 days; most in July 2025: 62');
    expect(texts(svg)).toEqual(expect.arrayContaining(['May 2025', 'this month']));
  });

  test('is drawn in units that scale, with letters that can be read, and fewer marks where it is narrow', () => {
    const { svg, narrow } = time({ days: series('2026-10-01', Array(52).fill(7)) });
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 600 \d+"/);
    expect(narrow).toMatch(/^<svg [^>]*viewBox="0 0 320 \d+"/);
    for (const each of [svg, narrow]) {
      expect(Number(/font-size="(\d+)"/.exec(each)?.[1])).toBeGreaterThanOrEqual(11);
      expect(/^<svg [^>]*>/.exec(each)?.[0]).not.toMatch(/ (?:width|height)=/);
    }
    expect(texts(narrow).length).toBeLessThan(texts(svg).length);
  });

  test.each([1, 2, 8, 14, 31, 60, 61, 200, 400, 401, 1500, 4000])('its marks for %i days stand clear', (count) => {
    for (const language of words.languages) {
      const { svg, narrow } = time({
        days: series('2026-01-01', [5]),
        today: after('2026-01-01', count - 1),
        language,
      });
      for (const each of [svg, narrow]) {
        const [width, font] = each === svg ? [600, 14] : [320, 15];
        const marks = [...each.matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="middle">([^<]*)</g)].map(
          ([, x, , text]) => ({ x: Number(x), half: widthOf(text ?? '', font) / 2 }),
        );
        expect(marks.length).toBeGreaterThan(0);
        for (const [i, { x, half }] of marks.entries()) {
          const before = marks[i - 1];
          expect(x - half).toBeGreaterThanOrEqual(before ? before.x + before.half : -0.1);
          expect(x + half).toBeLessThanOrEqual(width + 0.1);
        }
      }
    }
  });
});

describe('a bar', () => {
  const widths = (given: BarInput) => attribute(bar(given), 'width');

  test('is as wide as its share, and never so small that it is not seen', () => {
    expect(widths({ n: 2055, most: 4110 })).toEqual([50]);
    expect(widths({ n: 4110, most: 4110 })).toEqual([100]);
    expect(widths({ n: 1, most: 3_000_000 })).toEqual([1.5]);
    expect(widths({ n: 0, most: 4110 })).toEqual([]);
    expect(widths({ n: 0, most: 0 })).toEqual([]);
  });

  test('lays its parts one after another, and what they leave as sent', () => {
    const svg = bar({
      n: 100,
      most: 200,
      parts: [
        { n: 60, kind: 'sent' },
        { n: 0, kind: 'waiting' },
        { n: 30, kind: 'lost' },
      ],
    });
    expect(attribute(svg, 'width')).toEqual([30, 15, 5]);
    expect(attribute(svg, 'x')).toEqual([0, 30, 45]);
    expect([...svg.matchAll(/<rect class="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'chart-sent',
      'chart-lost',
      'chart-sent',
    ]);
  });

  test('is left out by screen readers', () => expect(bar({ n: 1, most: 1 })).toContain('aria-hidden="true"'));
});

describe('the stages', () => {
  const STEPS = [
    { label: 'Prepared', n: 3912 },
    { label: 'Said', n: 0 },
    { label: 'Confirmed', n: 1 },
    { label: 'Sent', n: 12_480 },
  ];

  test('are bars from one line, by the largest, with label and number', () => {
    const { svg, narrow } = draft(STEPS);
    expect(texts(svg)).toEqual(['Prepared', '3,912', 'Said', '0', 'Confirmed', '1', 'Sent', '12,480']);
    expect(texts(narrow)).toEqual(texts(svg));
    const [prepared = 0, confirmed = 0, sent = 0] = attribute(svg, 'width');
    expect(prepared / sent).toBeCloseTo(3912 / 12_480, 2);
    expect(confirmed).toBe(2);
    expect(new Set(attribute(svg, 'x')).size).toBe(1);
  });

  test('say that they are no parts of one whole', () => {
    const { caption, summary } = draft(STEPS);
    expect(caption).toBe('Each line is a count of its own: they are not parts of one whole.');
    expect(summary).toBe(`Prepared: 3,912; Said: 0; Confirmed: 1; Sent: 12,480. ${caption}`);
  });

  test('with long labels put them above the bars, and squeeze one that would reach under its number', () => {
    const long = 'Waits for the sender to confirm it by the mail that we sent';
    const { svg, narrow } = draft([{ label: long, n: 7 }]);
    expect(attribute(svg, 'x')).toEqual([0]);
    expect(svg).not.toContain('textLength');
    expect(numberIn(/<text[^>]*>/.exec(narrow)?.[0] ?? '', 'textLength')).toBeLessThan(320);
  });

  test('may all be nothing, or be none', () => {
    expect(rects(draft([{ label: 'Sent', n: 0 }]).svg)).toEqual([]);
    expect(texts(draft([]).svg)).toEqual([]);
  });
});

describe('all charts', () => {
  const EVIL = `<script>alert("1")</script> & 'x'`;
  const SAFE = '&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;x&#39;';

  test('escape what comes into them', () => {
    expect(escapeText(EVIL)).toBe(SAFE);
    const evil = time({ label: EVIL, id: EVIL, say: () => EVIL, days: series('2026-05-05', [1]) });
    const steps = stages({ steps: [{ label: EVIL, n: 1 }], language: 'en', label: EVIL, id: EVIL, say: () => EVIL });
    for (const html of [figure(evil), figure(steps)]) {
      expect(html).toContain(SAFE);
      expect(html).not.toMatch(/<script|alert\("|'x'|& /);
    }
  });

  test('bear a title and a description by ids that nothing else has', () => {
    const html = [figure(time()), figure(time({ id: 'said' })), figure(draft([{ label: 'Sent', n: 1 }]))].join('');
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...html.matchAll(/role="img" aria-labelledby="([^"]*)"/g)].flatMap(([, list]) => list?.split(' '));
    expect(named).toEqual(ids);
    expect(named).toHaveLength(12);
    expect(time().narrow).toContain(`<desc id="sent-narrow-desc">${time().summary}</desc>`);
  });

  test('hold nothing that the policy forbids, and only classes that the style sheet knows', () => {
    const sheet = readFileSync(join(ROOT, 'web/charts.css'), 'utf8');
    const parts = (['sent', 'waiting', 'lost'] as const).map((kind) => ({ n: 1, kind }));
    const empty = time({ days: [] });
    const all = [time(), empty, draft([{ label: 'Sent', n: 1 }])].map(figure).join('') + bar({ n: 3, most: 3, parts });
    expect(all).not.toMatch(/\s(?:style|on\w+|href|fill|stroke)=|<(?:style|script)/);
    const used = new Set([...all.matchAll(/ class="([^"]*)"/g)].map(([, name]) => name));
    const known = new Set([...sheet.matchAll(/\.(chart[\w-]*)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual([...known].sort());
  });

  test('are told apart without colours where there are none', () => {
    const sheet = readFileSync(join(ROOT, 'web/charts.css'), 'utf8');
    const [, print = '', forced = ''] = sheet.split(/@media (?:print|\(forced-colors: active\)) \{/);
    for (const [part, paper, ink] of [
      [print, '#fff', '#000'],
      [forced, 'Canvas', 'CanvasText'],
    ] as const) {
      expect(part).toContain(`.chart-now,\n  .chart-bar .chart-waiting {\n    fill: ${paper};\n    stroke: ${ink};`);
      expect(part).toMatch(/\.chart-bar \.chart-lost \{\n {4}fill: (?:#999|GrayText);\n {4}stroke:/);
    }
  });
});
