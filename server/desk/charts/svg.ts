import type { Values } from '../../views/catalogue.ts';

/** A sentence of the catalogue in the page's language: `views.say` with the language already given. */
export type Say = (key: string, values?: Values) => string;

/** A chart's picture for wide and for narrow places, what stands below it, and what it tells those who do not see it. */
export type Chart = { svg: string; narrow: string; caption: string | null; summary: string };

/** How large a picture is drawn, in units of its viewBox; `font` is the height of its letters. */
export type Size = { name: 'wide' | 'narrow'; width: number; font: number };
export const SIZES: { wide: Size; narrow: Size } = {
  wide: { name: 'wide', width: 600, font: 14 },
  narrow: { name: 'narrow', width: 320, font: 15 },
};

type Attributes = Record<string, string | number>;

/** Plain text as it may stand in SVG and HTML, between tags and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** An element. Attributes are escaped, numbers rounded to tenths; `content` is markup already: see `escapeText`. */
export function tag(name: string, attributes: Attributes, ...content: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const plain = typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
    return ` ${key}="${escapeText(plain)}"`;
  });
  return `<${name}${written.join('')}>${content.join('')}</${name}>`;
}

/** Plain text at a place in a picture. */
export function textAt(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return tag('text', { x, y, ...attributes }, escapeText(text));
}

/**
 * About how wide a text is in a sans serif whose letters are `font` high: rather too much than too little, for nobody
 * can measure before the browser does.
 */
export function widthOf(text: string, font: number): number {
  let ems = 0;
  for (const sign of text) ems += emsOf(sign);
  return ems * font;
}

/** After Verdana and DejaVu Sans, the widest of those that systems come with. */
function emsOf(sign: string): number {
  // From the Hangul letters on, scripts are mostly as wide as they are high; a fine space is no such letter.
  if (sign >= '\u1100' && sign !== '\u202f') return 1;
  if (/[\s.,:;'’il]/.test(sign)) return 0.35;
  return /[\p{Lu}mw]/u.test(sign) ? 0.8 : 0.65;
}

/**
 * A whole picture that scales with its place. `id` begins the ids in it and must be the only such on the page; `title`
 * and `summary` are what a screen reader says in its stead.
 */
export function picture(
  { id, size, height, title, summary }: { id: string; size: Size; height: number; title: string; summary: string },
  ...content: string[]
): string {
  const own = `${id}-${size.name}`;
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: `chart-${size.name}`,
      role: 'img',
      'aria-labelledby': `${own}-title ${own}-desc`,
      viewBox: `0 0 ${size.width} ${Math.ceil(height)}`,
      'font-size': size.font,
      // On pages that run from right to left, `text-anchor` would change its sides.
      direction: 'ltr',
    },
    tag('title', { id: `${own}-title` }, escapeText(title)),
    tag('desc', { id: `${own}-desc` }, escapeText(summary)),
    ...content,
  );
}

/** A chart as the page embeds it: `charts.css` shows the picture that fits the place, and never both. */
export function figure({ svg, narrow, caption }: Chart): string {
  const below = caption === null ? '' : tag('figcaption', {}, escapeText(caption));
  return tag('figure', { class: 'chart' }, svg, narrow, below);
}
