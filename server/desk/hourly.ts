const HOUR = 3_600_000;

/** Tells of somebody, by their id, whether they may do once more what is allowed so often in an hour; asking counts. */
export function openHourly(now: () => number, most: number): (id: string) => boolean {
  let hour = 0;
  let counts = new Map<string, number>();
  return (id) => {
    const present = Math.floor(now() / HOUR);
    if (present !== hour) {
      hour = present;
      counts = new Map();
    }
    counts.set(id, (counts.get(id) ?? 0) + 1);
    return (counts.get(id) ?? 0) <= most;
  };
}
