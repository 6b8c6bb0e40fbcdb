import { nextTurn, timezoneOf } from '../../server/domain/pacing.ts';
import type { Parts } from '../../server/parts.ts';
import { type Findings, inspect } from './check.ts';
import { startFaultServer, type Transaction } from './fault-server.ts';
import { HEALTHY } from './modes.ts';
import { type Figure, number, type Say, scenario } from './scenario.ts';
import { quiet, runDry } from './watch.ts';
import { confirmLetters, openWorld, SLUG, storm } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PACE = 30;
/** By the rule of the pace, the shortest time between two letters to an office: half of its interval. */
const SHORTEST = nextTurn(12 * HOUR, PACE, 'UTC', 0) - 12 * HOUR;
/** The most letters in any hour: its intervals lie evenly between a half and one and a half, so half as many more is out of reach. */
const MOST_AN_HOUR = PACE * 1.5;
/** The outbox asks after one second, two, four …, so the first minutes see more of it. */
const SETTLING = 3 * MINUTE;

type Scale = { offices: number; each: number; down: number; step: number };
type Seen = Findings & {
  /** Moments at which the mail server was asked for while it was down. */
  attempts: number[];
  began: number;
  /** When a letter was taken, office by office. */
  taken: { zone: string; moments: number[] }[];
  hoursAfter: number;
};

/** The mail server is down while people write and confirm; then it comes back, and the clock runs until all have ended. */
async function outage({ offices, each, down, step }: Scale, pace: number | null, say: Say): Promise<Seen> {
  const before = await startFaultServer(HEALTHY);
  await before.stop();
  const { port } = before;
  const attempts: number[] = [];
  const world = await openWorld(storm(offices, pace), { port, spoil: (parts) => counting(parts, attempts) });
  const { clock } = world;
  const began = clock.now;
  try {
    world.start();
    const tokens: string[] = [];
    while (clock.now < began + down) {
      clock.now += step;
      const due = Math.min(offices * each, Math.ceil(((clock.now - began) / down) * offices * each));
      if (tokens.length < due) tokens.push(...(await confirmLetters(world, tokens.length, due)));
      world.parts.wake();
      await quiet(world.watched);
      if ((clock.now - began) % DAY < step) say(`down since ${Math.floor((clock.now - began) / DAY)} days`);
    }
    const back = clock.now;
    const tried = attempts.splice(0);
    const server = await startFaultServer(HEALTHY, { port, now: () => clock.now });
    try {
      await runDry(world);
      const found = await inspect(world.parts, tokens, server.transactions);
      const taken = takenBy(world.parts, server.transactions);
      return { ...found, attempts: tried, began, taken, hoursAfter: (clock.now - back) / HOUR };
    } finally {
      await server.stop();
    }
  } finally {
    await world.close();
  }
}

/** The parts as they are, noting when the mail server is asked for. */
function counting(parts: Parts, attempts: number[]): Parts {
  const deliver: Parts['mailers']['deliver'] = (...args) => {
    attempts.push(parts.now());
    return parts.mailers.deliver(...args);
  };
  return { ...parts, mailers: { ...parts.mailers, deliver } };
}

function takenBy({ campaigns }: Parts, transactions: readonly Transaction[]): Seen['taken'] {
  return (campaigns.get(SLUG)?.recipients ?? []).map((office) => ({
    zone: timezoneOf(office),
    moments: transactions.filter(({ kept, to }) => kept && to[0] === office.email).map(({ at }) => at),
  }));
}

/** The shortest time between two letters to one office. */
function shortestGap({ taken }: Seen): Figure {
  const gaps = taken.flatMap(({ moments }) => moments.slice(1).map((at, i) => at - (moments[i] ?? Number.NaN)));
  const value = gaps.length === 0 ? Number.NaN : Math.min(...gaps) / SECOND;
  return {
    what: 'shortest time between two letters to one office, in seconds',
    value,
    bound: { least: SHORTEST / SECOND },
  };
}

function mostAnHour({ taken }: Seen): Figure {
  const inHourFrom = (moments: number[], from: number) => moments.filter((at) => at >= from && at < from + HOUR).length;
  const value = Math.max(...taken.flatMap(({ moments }) => moments.map((from) => inHourFrom(moments, from))));
  return { what: 'letters to one office in the fullest hour', value, bound: { most: MOST_AN_HOUR } };
}

/** Letters that came before eight or after twenty o'clock by the office's own clock. */
function atNight({ taken }: Seen): Figure {
  const hourIn = (zone: string, at: number) =>
    Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(at));
  const value = taken
    .flatMap(({ zone, moments }) => moments.map((at) => hourIn(zone, at)))
    .filter((hour) => hour < 8 || hour >= 20).length;
  return { what: "letters outside of 8 to 20 o'clock of the office's day", value, bound: { exactly: 0 } };
}

/** How often the mail server that was down was asked for: in the fullest minute, once the waits have grown. */
function fullestMinute({ attempts, began }: Seen): Figure {
  const minutes = new Map<number, number>();
  for (const at of attempts.filter((each) => each - began > SETTLING)) {
    const minute = Math.floor(at / MINUTE);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  const value = minutes.size === 0 ? Number.NaN : Math.max(...minutes.values());
  return { what: 'connection attempts in the fullest minute while it was down', value, bound: { most: 2 } };
}

export const fiveDays = scenario<Scale>({
  name: 'five-days-down',
  sample: { offices: 2, each: 6, down: 6 * HOUR, step: MINUTE },
  full: { offices: 5, each: 200, down: 5 * DAY, step: 10 * SECOND },
  did: ({ offices, each, down }) =>
    `Nobody listens where the mail server should be, for ${number(down / HOUR)} hours by a clock that is moved, while ` +
    `${each} letters to each of ${offices} offices in different time zones are confirmed, at a pace of ${PACE} an hour. ` +
    'Then the mail server is back.',
  async run(scale, say) {
    const paced = await outage(scale, PACE, say);
    const { letters, sent, lost, extra, differences, attempts, hoursAfter } = paced;
    const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
    say(`${attempts.length} attempts while it was down; the last letter left after ${number(hoursAfter)} hours`);
    const control = await outage({ ...scale, down: Math.min(scale.down, 6 * HOUR), step: MINUTE }, null, () => {});
    return {
      figures: [
        { what: 'letters delivered', value: sent, bound: { exactly: letters } },
        none('letters lost, failed or held', lost + paced.failed + paced.held),
        none('extra copies', extra),
        none('differences between the tally and the rows', differences),
        shortestGap(paced),
        mostAnHour(paced),
        atNight(paced),
        fullestMinute(paced),
        {
          what: 'connection attempts a minute, on average',
          value: attempts.length / (scale.down / MINUTE),
          bound: { most: 1.5 },
        },
      ],
      controls: [
        { broken: 'the campaign has no pace', figure: shortestGap(control) },
        { broken: 'the campaign has no pace', figure: atNight(control) },
      ],
    };
  },
});
