const HOUR = 3_600_000;

/** Counts how often something happened for each campaigner within an hour: whether it is not yet more than `most` times. */
export function openHourly(now: () => number, most: number): (campaigner: string) => boolean {
  let hour = 0;
  let counts = new Map<string, number>();
  return (campaigner) => {
    const present = Math.floor(now() / HOUR);
    if (present !== hour) {
      hour = present;
      counts = new Map();
    }
    counts.set(campaigner, (counts.get(campaigner) ?? 0) + 1);
    return (counts.get(campaigner) ?? 0) <= most;
  };
}
