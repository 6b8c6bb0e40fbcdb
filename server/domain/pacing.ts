import type { Recipient } from './campaign.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Letters of a campaign with a pace leave between these hours of the office's own day. */
const OPENS = 8;
const CLOSES = 20;
const OPEN_HOURS = CLOSES - OPENS;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds since midnight by the clock on the wall of `timezone`. */
function sinceMidnight(moment: number, timezone: string): number {
  let clock = clocks.get(timezone);
  if (!clock) {
    const parts = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
    clock = new Intl.DateTimeFormat('en', { ...parts, timeZone: timezone });
    clocks.set(timezone, clock);
  }
  const [hour = 0, minute = 0, second = 0] = clock
    .formatToParts(moment)
    .filter(({ type }) => type !== 'literal')
    .map(({ value }) => Number(value));
  return hour * HOUR + minute * 60_000 + second * 1000 + (moment % 1000);
}

/** The office's time zone: its own, or its country's where that has one only, or UTC. */
export function timezoneOf({ timezone, country }: Pick<Recipient, 'timezone' | 'country'>): string {
  if (timezone) return timezone;
  if (country === 'EU') return 'Europe/Brussels';
  const region = new Intl.Locale('und', { region: country }) as unknown as { getTimeZones(): string[] | undefined };
  const zones = region.getTimeZones() ?? [];
  return zones.length === 1 ? (zones[0] ?? 'UTC') : 'UTC';
}

/** `moment` itself if it lies in the office's daytime, else the next morning's first moment there (ms since 1970). */
export function inDaytime(moment: number, timezone: string): number {
  const now = sinceMidnight(moment, timezone);
  if (now >= OPENS * HOUR && now < CLOSES * HOUR) return moment;
  const morning = moment + OPENS * HOUR - now + (now >= CLOSES * HOUR ? DAY : 0);
  // Where clocks change in that night, the first guess is an hour off.
  return morning + OPENS * HOUR - sinceMidnight(morning, timezone);
}

/**
 * When the next letter to an office may leave after one that leaves now: the pace's interval, anything from half of it
 * to one and a half (so that they do not come like clockwork), within the office's daytime. `random` is in [0, 1).
 */
export function nextTurn(now: number, pacePerHour: number | null, timezone: string, random: number): number {
  if (pacePerHour === null) return now;
  const wait = (HOUR / pacePerHour) * (0.5 + random);
  const then = now + wait;
  const open = inDaytime(then, timezone);
  return Math.ceil(open === then ? then : open + (HOUR / pacePerHour) * random);
}

/**
 * When the last of `waiting` letters to an office will have left, if the next may leave at `from`; null where there is
 * no pace, because they leave at once.
 */
export function throughBy(from: number, waiting: number, pacePerHour: number | null, timezone: string): number | null {
  if (pacePerHour === null || waiting === 0) return null;
  const perDay = pacePerHour * OPEN_HOURS;
  let moment = inDaytime(from, timezone);
  let left = waiting - 1;
  const today = Math.floor(((CLOSES * HOUR - sinceMidnight(moment, timezone)) / HOUR) * pacePerHour);
  if (left > today) {
    left -= today;
    // Whole days at once: a queue may reach over months.
    const days = Math.floor(left / perDay);
    left -= days * perDay;
    moment = inDaytime(moment + DAY * days + (CLOSES * HOUR - sinceMidnight(moment, timezone)), timezone);
  }
  return Math.ceil(moment + (left / pacePerHour) * HOUR);
}
