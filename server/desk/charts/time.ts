import { type Times, timesOf } from './dates.ts';
import { type Column, type DayCount, type Gathered, gather, type Unit } from './days.ts';
import { type Chart, escapeText, picture, type Say, SIZES, type Size, tag, textAt, widthOf } from './svg.ts';
import { axisNumbers, niceTicks } from './ticks.ts';

export type TimeInput = {
  days: readonly DayCount[];
  today: string | null;
  language: string;
  label: string;
  id: string;
  say: Say;
};

/** How many columns apart the marks below them may stand. */
const STRIDES: Record<Unit, number[]> = {
  day: [1, 7, 14, 28],
  week: [1, 2, 4, 8, 13, 26],
  month: [1, 2, 3, 6, 12, 24, 60, 120],
};
const CAPTIONS: Record<Unit, string | null> = { day: null, week: 'chart.by.week', month: 'chart.by.month' };
const TICKS = 3;
const WIDEST_COLUMN = 40;
/** What is not nothing can be seen, be it ever so little. */
const SLIVER = 2;

type Plot = { size: Size; left: number; right: number; top: number; bottom: number; slot: number; height: number };
type Drawing = { gathered: Gathered; times: Times; ticks: number[]; language: string; say: Say };

/**
 * Letters by day, as columns from the first day given to today (YYYY-MM-DD), gathered into weeks beyond 60 days and into
 * months beyond 400. The present column is pale, for it still grows; where `today` is null (a campaign that is over),
 * the last day given ends the chart. `label` is its title; `id` begins the ids in it, and is its own on the page.
 */
export function timeChart({ days, today, language, label, id, say }: TimeInput): Chart {
  const gathered = gather(days, today);
  const ticks = niceTicks(Math.max(0, ...gathered.columns.map(({ n }) => n)), TICKS);
  const times = timesOf(gathered, language);
  const summary = summaryOf(gathered, times, say);
  const draw = (size: Size): string => {
    const drawing = { gathered, times, ticks, language, say };
    const plot = plotOf(size, drawing);
    const { left, right, top, bottom, height } = plot;
    const isEmpty = gathered.columns.every(({ n }) => n === 0);
    const middle = { 'text-anchor': 'middle' };
    return picture(
      { id, size, height, title: label, summary },
      scale(plot, drawing),
      columns(plot, drawing),
      isEmpty ? textAt((left + right) / 2, (top + bottom) / 2, summary, middle) : '',
      marks(plot, drawing),
    );
  };
  const caption = CAPTIONS[gathered.unit];
  return { svg: draw(SIZES.wide), narrow: draw(SIZES.narrow), caption: caption && say(caption), summary };
}

/** The first of the highest columns, if several are as high. */
function summaryOf({ unit, span, columns }: Gathered, times: Times, say: Say): string {
  const letters = columns.reduce((sum, { n }) => sum + n, 0);
  const most = columns.reduce<Column | null>((best, each) => (best && best.n >= each.n ? best : each), null);
  if (most === null || letters === 0) return say('chart.none', { days: span });
  const values = { letters, days: span, unit, peak: times.inFull(most.day) };
  return most.n === letters ? say('chart.single', values) : say('chart.time', { ...values, most: most.n });
}

function plotOf(size: Size, { gathered, ticks, language }: Drawing): Plot {
  const { width, font } = size;
  const number = axisNumbers(ticks.at(-1) ?? 0, language);
  const left = Math.max(...ticks.map((tick) => widthOf(number(tick), font))) + 8;
  const top = Math.ceil(font * 0.6);
  const bottom = top + 160;
  const slot = (width - left) / Math.max(1, gathered.columns.length);
  return { size, left, right: width, top, bottom, slot, height: bottom + font * 1.8 };
}

/** The lines across, and their numbers. */
function scale({ left, right, top, bottom }: Plot, { ticks, language }: Drawing): string {
  const highest = ticks.at(-1) ?? 0;
  const number = axisNumbers(highest, language);
  const lines = ticks.map((tick) => {
    const y = highest === 0 ? bottom : bottom - (tick / highest) * (bottom - top);
    const line = { class: tick === 0 ? 'chart-base' : 'chart-line', x1: left, x2: right, y1: y, y2: y };
    return tag('line', line) + textAt(left - 8, y, number(tick), { dy: '0.35em', 'text-anchor': 'end' });
  });
  return lines.join('');
}

function columns({ left, top, bottom, slot }: Plot, { gathered, times, ticks, say }: Drawing): string {
  const highest = Math.max(1, ticks.at(-1) ?? 1);
  const width = Math.min(slot * 0.72, WIDEST_COLUMN);
  const drawn = gathered.columns.map(({ day, n, isNow }, i) => {
    if (n === 0) return '';
    const height = Math.max((n / highest) * (bottom - top), SLIVER);
    const place = { x: left + (i + 0.5) * slot - width / 2, y: bottom - height, width, height };
    const hint = say('chart.value', { of: times.inFull(day), n });
    return tag('rect', { class: isNow ? 'chart-now' : 'chart-column', ...place }, tag('title', {}, escapeText(hint)));
  });
  return drawn.join('');
}

/** The times below: the present always, the others as closely as they fit beside it and each other. */
function marks({ size, left, right, bottom, slot }: Plot, { gathered, times }: Drawing): string {
  const { font } = size;
  const place = (text: string, i: number) => {
    const half = widthOf(text, font) / 2;
    return { text, half, x: Math.min(Math.max(left + (i + 0.5) * slot, half), right - half) };
  };
  const past = gathered.columns.map(({ day }, i) => place(times.below(day), i));
  const every = (stride: number) => past.filter((_, i) => i % stride === 0);
  const fits = (stride: number) => every(stride).every(({ half }) => 2 * half + font / 2 <= stride * slot);
  const strides = STRIDES[gathered.unit];
  const nowAt = gathered.columns.findIndex(({ isNow }) => isNow);
  const now = nowAt < 0 ? null : place(times.now, nowAt);
  const stride = strides.find(fits) ?? strides.at(-1) ?? 1;
  const shown = every(stride).filter((mark) => !now || isClear(mark, now, font / 2));
  const y = bottom + font * 1.4;
  return [...shown, ...(now ? [now] : [])]
    .map(({ text, x }) => textAt(x, y, text, { 'text-anchor': 'middle' }))
    .join('');
}

type Mark = { half: number; x: number };

function isClear(one: Mark, other: Mark, gap: number): boolean {
  return Math.abs(one.x - other.x) >= one.half + other.half + gap;
}
