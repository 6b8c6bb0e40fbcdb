/** What a value must be for the program to have held. */
export type Bound = { exactly: number } | { most: number } | { least: number };

/** One number a scenario found. `what` says it in words that a stranger understands. */
export type Figure = { what: string; value: number; bound: Bound };

/** What was broken on purpose, and the figure of the same check: it must not hold, or the check can see nothing. */
export type Control = { broken: string; figure: Figure };

export type Outcome = { figures: Figure[]; controls: Control[] };

/** Prints a line about how far it has come. */
export type Say = (line: string) => void;

/** One way in which the program is tormented, in two sizes: a sample for `npm test`, and all of it for `npm run torture`. */
export type Scenario = { name: string; did: Record<Size, string>; run(size: Size, say?: Say): Promise<Outcome> };
export type Size = 'sample' | 'full';

/** A scenario whose sizes are of its own kind. `did` tells in a sentence what is done at a scale. */
export function scenario<Scale>(own: {
  name: string;
  sample: Scale;
  full: Scale;
  did(scale: Scale): string;
  run(scale: Scale, say: Say): Promise<Outcome>;
}): Scenario {
  return {
    name: own.name,
    did: { sample: own.did(own.sample), full: own.did(own.full) },
    run: (size, say = () => {}) => own.run(own[size], say),
  };
}

/** Whether a value is one, and within its bound: what nobody could measure does not hold. */
export function holds({ value, bound }: Figure): boolean {
  if (!Number.isFinite(value)) return false;
  if ('exactly' in bound) return value === bound.exactly;
  return 'most' in bound ? value <= bound.most : value >= bound.least;
}

/** What speaks against an outcome, a line each; none when all of it held and every control failed as it should. */
export function faultsOf({ figures, controls }: Outcome): string[] {
  const found = figures.filter((each) => !holds(each)).map((each) => `does not hold: ${inWords(each)}`);
  if (figures.length === 0) found.push('nothing was measured');
  if (controls.length === 0) found.push('there was no control');
  for (const { broken, figure } of controls) {
    if (!Number.isFinite(figure.value)) found.push(`the control could not be judged: ${broken}`);
    else if (holds(figure)) found.push(`the check did not notice: ${broken} (${inWords(figure)})`);
  }
  return found;
}

export function inWords({ what, value, bound }: Figure): string {
  return `${what}: ${number(value)} (${boundInWords(bound)})`;
}

export function boundInWords(bound: Bound): string {
  if ('exactly' in bound) return number(bound.exactly);
  return 'most' in bound ? `at most ${number(bound.most)}` : `at least ${number(bound.least)}`;
}

export function number(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  // A likelihood of a hundredth is not none.
  const digits = Math.abs(value) < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 1 };
  return value.toLocaleString('en', digits);
}
