import { tag } from './svg.ts';

/** What became of letters, for the parts of a bar: sent; still waiting; come back or given up. */
export type BarKind = 'sent' | 'waiting' | 'lost';
export type BarInput = { n: number; most: number; parts?: readonly { n: number; kind: BarKind }[] };

/** In hundredths of the whole width: less could not be seen. */
const SLIVER = 1.5;

/**
 * A bar for a row of a table, `n` in proportion to the `most` of all rows. Its `parts` lie one after another; where they
 * are less than `n`, the rest is as sent. It is hidden from screen readers: the number must stand beside it.
 */
export function bar({ n, most, parts = [] }: BarInput): string {
  const rest = n - parts.reduce((sum, part) => sum + part.n, 0);
  const all = [...parts, { n: rest, kind: 'sent' as const }].filter((part) => part.n > 0);
  let x = 0;
  const drawn = all.map((part) => {
    const width = Math.max((part.n / most) * 100, SLIVER);
    const place = { x: `${round(x)}%`, y: '10%', width: `${round(width)}%`, height: '80%', rx: 1.5 };
    x += width;
    return tag('rect', { class: `chart-${part.kind}`, ...place });
  });
  return tag('svg', { xmlns: 'http://www.w3.org/2000/svg', class: 'chart-bar', 'aria-hidden': 'true' }, ...drawn);
}

function round(share: number): number {
  return Math.round(share * 100) / 100;
}
