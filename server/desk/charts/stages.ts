import { type Chart, picture, type Say, SIZES, type Size, tag, textAt, widthOf } from './svg.ts';

export type Step = { label: string; n: number };
export type StagesInput = { steps: readonly Step[]; language: string; label: string; id: string; say: Say };

/** The widest that labels beside their bars may be; longer ones stand above them. */
const LABELS_AT_MOST = 220;
const GAP = 14;
const SLIVER = 2;

type Row = Step & { number: string };

/**
 * The steps of a letter's way, a bar for each with its label and number. The counts may be in any order of size, and one
 * is no part of another: bars begin at one line, nothing joins them, and the caption says so. `label` is the title; `id`
 * begins the ids in it, and is its own on the page.
 */
export function stages({ steps, language, label, id, say }: StagesInput): Chart {
  const numbers = new Intl.NumberFormat(language);
  const rows = steps.map((step) => ({ ...step, number: numbers.format(step.n) }));
  const caption = say('chart.stages');
  const summary = `${steps.map(({ label: of, n }) => say('chart.value', { of, n })).join('; ')}. ${caption}`;
  const draw = (size: Size): string => {
    const labels = widest(rows, ({ label: text }) => text, size);
    const { height, content } =
      size.name === 'wide' && labels <= LABELS_AT_MOST ? beside(rows, size) : above(rows, size);
    return picture({ id, size, height, title: label, summary }, content);
  };
  return { svg: draw(SIZES.wide), narrow: draw(SIZES.narrow), caption, summary };
}

type Drawn = { height: number; content: string };

/** Label, bar and number in a line. */
function beside(rows: readonly Row[], size: Size): Drawn {
  const left = widest(rows, ({ label }) => label, size) + GAP;
  const right = size.width - widest(rows, ({ number }) => number, size) - GAP;
  const pitch = size.font * 2.2;
  const lines = rows.map((row, i) => {
    const middle = (i + 0.5) * pitch;
    return [
      textAt(0, middle, row.label, { class: 'chart-label', dy: '0.35em' }),
      line(row, rows, { x: left, y: middle - size.font / 2, width: right - left, height: size.font }),
      textAt(size.width, middle, row.number, { class: 'chart-number', dy: '0.35em', 'text-anchor': 'end' }),
    ].join('');
  });
  return { height: rows.length * pitch, content: lines.join('') };
}

/** Label and number in a line, and the bar below them. */
function above(rows: readonly Row[], size: Size): Drawn {
  const { width, font } = size;
  const pitch = font * 3;
  const lines = rows.map((row, i) => {
    const baseline = i * pitch + font;
    const room = width - widthOf(row.number, font) - GAP;
    // Rather narrow letters than letters under the number.
    const squeeze = widthOf(row.label, font) > room ? { textLength: room, lengthAdjust: 'spacingAndGlyphs' } : {};
    return [
      textAt(0, baseline, row.label, { class: 'chart-label', ...squeeze }),
      textAt(width, baseline, row.number, { class: 'chart-number', 'text-anchor': 'end' }),
      line(row, rows, { x: 0, y: baseline + font * 0.5, width, height: font * 0.7 }),
    ].join('');
  });
  return { height: rows.length * pitch, content: lines.join('') };
}

type Place = { x: number; y: number; width: number; height: number };

/** A step's bar in the place it may fill, by the longest of all. */
function line({ n }: Step, rows: readonly Row[], place: Place): string {
  if (n === 0) return '';
  const most = Math.max(...rows.map((row) => row.n));
  return tag('rect', { class: 'chart-column', ...place, width: Math.max((n / most) * place.width, SLIVER), rx: 2 });
}

function widest(rows: readonly Row[], textOf: (row: Row) => string, { font }: Size): number {
  return Math.max(0, ...rows.map((row) => widthOf(textOf(row), font)));
}
