/** Steps that people count in, each times a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * The marks of an axis that begins at 0 and reaches at least to `max` (a whole number): in round steps, `count` of them
 * at most, and never a fraction, for there is no half a letter.
 */
export function niceTicks(max: number, count: number): number[] {
  if (max <= 0) return [0];
  const least = max / count;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  const step = STEPS.map((each) => each * power).find((each) => each >= least && Number.isInteger(each)) ?? 10 * power;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, i) => i * step);
}

/** How the numbers of an axis that reaches to `top` are written: above 100,000 all in the language's short form. */
export function axisNumbers(top: number, language: string): (n: number) => string {
  const short = { notation: 'compact', maximumFractionDigits: 2 } as const;
  const numbers = new Intl.NumberFormat(language, top > 100_000 ? short : {});
  return (n) => numbers.format(n);
}
