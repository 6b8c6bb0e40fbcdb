/** Is told how far a piece of work is, and may let others have their turn before it goes on. */
export type Tell = (done: number, total: number) => Promise<void>;

/** So many milliseconds of work lie between two tellings. */
const SLICE = 4;

/** Works through lists, one after the other, and every few milliseconds tells how far it is. `total`: the steps of all of them. */
export function inSlices(total: number, tell: Tell) {
  let done = 0;
  let from = performance.now();
  return async function each<T, R>(all: readonly T[], make: (item: T, at: number) => R): Promise<R[]> {
    const made: R[] = [];
    for (const [at, item] of all.entries()) {
      made.push(make(item, at));
      done += 1;
      if (performance.now() - from < SLICE) continue;
      await tell(done, total);
      from = performance.now();
    }
    return made;
  };
}
export type Each = ReturnType<typeof inSlices>;
