import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyOf, type Damage, damage, makeOld, makeState, type State } from './disk-check.ts';
import { type Crew, compileFaults, openCrew, underFaults } from './disk-crew.ts';
import type { Order } from './disk-worker.ts';
import { type Figure, number, type Say, scenario } from './scenario.ts';
import { seeded } from './seeded.ts';

const { ENOSPC, EIO } = constants.errno;
const KILL = -1;
/** Ways in which the disk fails at one call, or from that call on. */
type Failure = { name: string; errno: number; persistent: boolean; abrupt?: boolean };
const FAILURES: Failure[] = [
  { name: 'ENOSPC once', errno: ENOSPC, persistent: false },
  { name: 'ENOSPC from then on', errno: ENOSPC, persistent: true },
  { name: 'EIO once', errno: EIO, persistent: false },
  { name: 'EIO from then on', errno: EIO, persistent: true },
  { name: 'EIO once and SIGKILL in the end', errno: EIO, persistent: false, abrupt: true },
  { name: 'SIGKILL', errno: KILL, persistent: false },
];

/** What is done while the disk fails: how many at once, out of a database of what size. */
type Act = { name: string; act: Order['act']; n: number; ready: number; old?: boolean };
const ACTS: Act[] = [
  { name: 'submit 1', act: 'submit', n: 1, ready: 1 },
  { name: 'submit 10 at once', act: 'submit', n: 10, ready: 1 },
  { name: 'confirm 1', act: 'confirm', n: 1, ready: 1 },
  { name: 'confirm 10 at once', act: 'confirm', n: 10, ready: 1 },
  { name: 'send 1', act: 'send', n: 1, ready: 1 },
  { name: 'send 10 at once', act: 'send', n: 10, ready: 10 },
  { name: 'migrate with 1 letter', act: 'open', n: 1, ready: 1, old: true },
  { name: 'migrate with 40 letters', act: 'open', n: 1, ready: 40, old: true },
];

type Point = Pick<Order, 'fault' | 'hasty' | 'abrupt'> & { act: Act; state: State; killAfterMs?: number };
/** `cut`: points at which not all that was asked for was acknowledged. */
type Found = Damage & { points: number; cut: number; acknowledged: number };
const nothing = (): Found => ({ points: 0, cut: 0, acknowledged: 0, missing: 0, corrupt: 0, differences: 0, stuck: 0 });

function added(all: readonly Found[]): Found {
  const total = nothing();
  for (const each of all) for (const name of Object.keys(total) as (keyof Found)[]) total[name] += each[name];
  return total;
}

type Yard = { place: string; folder: string; stateOf(act: Act): Promise<State>; close(): void };

/** Places where states lie, and copies of them that are done harm to. */
function openYard(): Yard {
  const place = mkdtempSync(join(tmpdir(), 'dear-minister-disk-'));
  const folder = join(place, 'harm');
  mkdirSync(folder);
  const states = new Map<string, Promise<State>>();
  return {
    place,
    folder,
    stateOf({ n, ready, old = false }: Act): Promise<State> {
      const name = `${n}-${ready}-${old}`;
      const state =
        states.get(name) ??
        makeState(join(place, name), n, ready).then((made) => {
          if (old) makeOld(made);
          return made;
        });
      states.set(name, state);
      return state;
    },
    close: () => rmSync(place, { recursive: true, force: true }),
  };
}

/** One point: a fresh copy, the act on a disk that fails, and a look at what is left. */
async function suffer(crew: Crew, folder: string, point: Point): Promise<{ found: Found; calls: number | null }> {
  const { act, state, fault, hasty = false, abrupt = false, killAfterMs } = point;
  const file = copyOf(state, folder);
  const order: Order = { file, act: act.act, tokens: state.tokens, n: act.n, fault, hasty, abrupt };
  const { said, calls } = await crew.obey(order, killAfterMs);
  const found = await damage(file, said, state.tokens);
  const isKilled = killAfterMs !== undefined || fault?.errno === KILL;
  // Whatever the disk does, the program itself stands.
  if (calls === null && !isKilled) found.stuck += 1;
  const all = act.act === 'open' ? 1 : act.n * (act.act === 'send' ? 2 : 1) + 1;
  return { found: { ...found, points: 1, cut: said.length < all ? 1 : 0, acknowledged: said.length }, calls };
}

/** Lets the first call fail, then the second, the third …, until the act makes no call more. */
async function sweep(yard: Yard, library: string, act: Act, failure: Failure, most = Infinity, hasty = false) {
  const name = `${act.name} ${failure.name}`.replaceAll(' ', '-');
  const crew = openCrew(yard.folder, underFaults(library, yard.folder, name));
  const state = await yard.stateOf(act);
  const all: Found[] = [];
  for (let k = 1; k <= most; k += 1) {
    const { errno, persistent, abrupt = false } = failure;
    const point = { act, state, fault: { k, errno, persistent }, hasty, abrupt };
    const { found, calls } = await suffer(crew, join(yard.folder, name), point);
    if (calls !== null && calls < k) break;
    all.push(found);
  }
  await crew.stop();
  return added(all);
}

/** Every act, every failure, every call. */
async function sweepAll(yard: Yard, say: Say): Promise<{ found: Found; careless: Found }> {
  const library = compileFaults(yard.place);
  const all: Found[] = [];
  for (const act of ACTS) {
    const found = await Promise.all(FAILURES.map((failure) => sweep(yard, library, act, failure)));
    all.push(...found);
    say(`${act.name}: ${JSON.stringify(added(found))}`);
  }
  const careless = await sweep(yard, library, ACTS[1] as Act, FAILURES[1] as Failure, 5, true);
  return { found: added(all), careless };
}

/** Without a compiler: files that may not grow beyond a limit, and a kill at any moment. */
async function taste(yard: Yard, { limits, kills }: Taste): Promise<{ found: Found; careless: Found }> {
  const acts = ACTS.filter(({ name }) => / at once|with 40/.test(name));
  const random = seeded(7);
  const all: Found[] = [];
  const one = async (crew: Crew, act: Act, more: Partial<Point>) => {
    const state = await yard.stateOf(act);
    return (await suffer(crew, join(yard.folder, 'one'), { act, state, fault: null, ...more })).found;
  };
  for (const blocks of limits) {
    const crew = openCrew(yard.folder, {}, blocks);
    for (const act of acts) all.push(await one(crew, act, {}));
    await crew.stop();
  }
  const crew = openCrew(yard.folder, {});
  const began = Date.now();
  await crew.obey({ ...EMPTY, file: copyOf(await yard.stateOf(acts[0] as Act), join(yard.folder, 'one')) });
  const usual = Date.now() - began;
  for (let i = 0; i < kills; i += 1) {
    all.push(await one(crew, acts[i % acts.length] as Act, { killAfterMs: random() * usual }));
  }
  await crew.stop();
  const tight = openCrew(yard.folder, {}, limits[0] ?? 100);
  const careless = await one(tight, ACTS[1] as Act, { hasty: true });
  await tight.stop();
  return { found: added(all), careless };
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
const missing = (found: Found) =>
  none(`missing of ${number(found.acknowledged)} acts that had been acknowledged`, found.missing);

const EMPTY: Order = { file: '', act: 'open', tokens: [], n: 1, fault: null };

type Taste = { limits: number[]; kills: number };

export const disk = scenario<{ points: number; taste: Taste | null }>({
  name: 'disk-faults',
  sample: { points: 40, taste: { limits: [70, 80, 95, 110, 125, 140, 180], kills: 12 } },
  full: { points: 2000, taste: null },
  did: ({ taste }) =>
    taste
      ? 'Letters are submitted, confirmed and sent and a database is migrated while its files may not grow beyond a limit, or until a SIGKILL.'
      : `A library between the program and its disk lets one call fail (${FAILURES.map(({ name }) => name).join(', ')}): the ` +
        `first, the second, and so on, until there is none more, through ${ACTS.map(({ name }) => name).join(', ')}, closing ` +
        'included. After each, the database is opened on a disk that is well again and held against all that had been acknowledged.',
  async run({ points, taste: small }, say) {
    const yard = openYard();
    try {
      const { found, careless } = await (small ? taste(yard, small) : sweepAll(yard, say));
      return {
        figures: [
          { what: 'points at which the disk failed', value: found.points, bound: { least: points } },
          {
            what: 'points at which not all was acknowledged',
            value: found.cut,
            bound: { least: Math.ceil(points / 4) },
          },
          missing(found),
          none('faults that SQLite finds in the files', found.corrupt),
          none('differences between tally, queues and rows', found.differences),
          none('acts that could not be done afterwards, or a program that fell', found.stuck),
        ],
        controls: [{ broken: 'a letter is acknowledged before it is committed', figure: missing(careless) }],
      };
    } finally {
      yard.close();
    }
  },
});
