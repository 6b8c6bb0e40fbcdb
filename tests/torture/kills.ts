import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { Parts } from '../../server/parts.ts';
import { openStore } from '../../server/store/open.ts';
import { openPost, writeOverHttp } from './citizens.ts';
import { BEGINNING, fastClock } from './fast-clock.ts';
import { startFaultServer, type Transaction } from './fault-server.ts';
import { reckon, type Toll } from './kill-check.ts';
import { type Figure, number, type Outcome, type Say, scenario } from './scenario.ts';
import { seeded } from './seeded.ts';
import { raiseTroop, type Troop } from './troop.ts';
import { confirmLetters, DOMAIN, openWorld, SECRET_KEY, SLUG, storm } from './world.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Leases of a minute pass in a second. */
const SPEED = 60;
const OFFICES = 20;
/** Of the letters in a round, one in so many goes the whole way over HTTP while processes are being killed. */
const OVER_HTTP = 20;
const PATIENCE = 120_000;
/** On a machine so busy that a kill takes longer, the round is broken off, and says so by its figures. */
const LONGEST_A_KILL = 20_000;
/** When letters that were confirmed beforehand would be due, were they not released before. */
const NEVER = BEGINNING + 2 * 24 * 3_600_000;

type Round = { kills: number; letters: number; seed: number; everyMs: number; broken?: 'dot' };
type Found = Toll & { kills: number; overHttp: number; deserted: number; said: string[] };

/** Kills processes at random while letters go, waits until those that are left have sent all, and looks at what came of it. */
async function round({ kills, letters, seed, everyMs, broken }: Round): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-kills-'));
  const file = join(folder, 'kills.db');
  const databaseUrl = `file:${file}`;
  const random = seeded(seed);
  const post = openPost();
  // Some answers are slow to come, so that kills fall between the dot and its answer.
  const slow = { name: 'slow', at: 'dot', act: 'slow', often: 0.8, keeps: true } as const;
  const read = (lines: string[], { to }: { to: string[] }) => post.take(lines, to[0]);
  const server = await startFaultServer(slow, { seed, slowMs: 250, read });
  const world = await openWorld(storm(OFFICES), {
    port: server.port,
    databaseUrl,
    keysDir: join(folder, 'keys'),
    seed,
  });
  const [port, overHttp] = [await freePort(), Math.ceil(letters / OVER_HTTP)];
  const url = `http://127.0.0.1:${port}`;
  world.clock.now = NEVER;
  const promised = await confirmLetters(world, 0, letters - overHttp);
  await world.close();

  const since = Date.now();
  const now = fastClock(since, SPEED);
  const env = {
    ...{ DATABASE_URL: databaseUrl, SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_DOMAIN: DOMAIN, SECRET_KEY },
    ...{ PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: 'error' },
    ...{ TORTURE_SINCE: String(since), TORTURE_SPEED: String(SPEED), ...(broken && { TORTURE_BROKEN: broken }) },
  };
  const troop = await raiseTroop(env, random);
  let over = false;
  const offices = world.parts.campaigns.get(SLUG)?.recipients ?? [];
  const write = async (i: number) => {
    // One after the other, while the killing goes on.
    while (troop.killed() < (kills * i) / overHttp && !over) await sleep(20);
    return writeOverHttp({ url, post, isOver: () => over }, i, offices[i % OFFICES]?.country ?? '');
  };
  const writers = Array.from({ length: overHttp }, (_, i) => write(i));
  try {
    await massacre({ troop, kills, everyMs, random, release: releaser(file, now, letters - overHttp) });
    const killed = troop.killed();
    setTimeout(() => {
      over = true;
    }, PATIENCE).unref();
    const tokens = await Promise.all(writers);
    // A person whose letter was never promised counts as one whose letter is lost.
    promised.push(...tokens.flatMap((each) => each ?? ['']));
    const toll = await aftermath(world.parts, databaseUrl, promised, troop, server.transactions);
    return { ...toll, kills: killed, overHttp, deserted: troop.deserted(), said: troop.said };
  } finally {
    over = true;
    await troop.disband();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Massacre = { troop: Troop; kills: number; everyMs: number; random(): number; release(share: number): void };

/** Kills so many, at random moments that come as they come in nature: long and short spells without a pattern. */
async function massacre({ troop, kills, everyMs, random, release }: Massacre): Promise<void> {
  for (const end = Date.now() + kills * LONGEST_A_KILL; troop.killed() < kills && Date.now() < end; ) {
    release(troop.killed() / kills);
    // A busy machine is slow to begin: processes live long enough to do something before they are killed.
    await sleep(-Math.log(1 - random()) * Math.max(everyMs, troop.opening()));
    await troop.strike();
  }
  release(1);
}

/** Makes letters due that were confirmed beforehand: as large a share of them as it is asked for. */
function releaser(file: string, now: () => number, letters: number): (share: number) => void {
  let released = 0;
  return (share) => {
    const more = Math.floor(letters * share) - released;
    if (more <= 0) return;
    const client = new Sqlite(file, { timeout: 5000 });
    const some = 'select id from letters where due_at = @never limit @more';
    client.exec('begin immediate');
    client.prepare(`update letters set due_at = @now where id in (${some})`).run({ now: now(), never: NEVER, more });
    client.prepare('update queues set due_at = @now where due_at > @now').run({ now: now() });
    client.exec('commit');
    client.close();
    released += more;
  };
}

/** Lets those that live send what is left; then ends them, and holds what was promised against what was done. */
async function aftermath(
  parts: Parts,
  databaseUrl: string,
  promised: string[],
  troop: Troop,
  transactions: readonly Transaction[],
): Promise<Toll> {
  const store = await openStore(databaseUrl, ROOT);
  try {
    const isWaiting = async () => (await store.queues.all()).some(({ arrived, gone }) => arrived > gone);
    // Given up after a while: what still waits then is lost, and counted so.
    for (const end = Date.now() + PATIENCE; (await isWaiting()) && Date.now() < end; ) await sleep(100);
    await troop.disband();
    return await reckon({ ...parts, store }, databaseUrl.slice('file:'.length), promised, transactions);
  } finally {
    await store.close();
  }
}

/** A port that was free a moment ago: the web process takes the same one again and again. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
const tooMany = ({ tooMany: value }: Toll) =>
  none('copies that no ambiguous attempt of the letter excuses, or third ones', value);

function figuresOf(all: readonly Found[], kills: number): Figure[] {
  const sum = (of: Exclude<keyof Found, 'said'>) => all.reduce((total, each) => total + each[of], 0);
  const states = `${number(sum('sent'))} sent, ${number(sum('doubtful'))} held as doubtful`;
  return [
    { what: 'processes killed at their work', value: sum('kills'), bound: { least: kills } },
    none(
      `letters lost of ${number(sum('letters'))}, ${number(sum('overHttp'))} of them over HTTP (${states})`,
      sum('lost'),
    ),
    { what: 'attempts of which nobody could tell how they ended', value: sum('ambiguous'), bound: { least: 1 } },
    { what: 'extra copies, of ambiguous attempts at most', value: sum('extra'), bound: { most: sum('ambiguous') } },
    none('copies that no ambiguous attempt of the letter excuses, or third ones', sum('tooMany')),
    none("texts under another Message-ID than their letter's own", sum('wrongIds')),
    none('differences between tally, queues and rows', sum('differences')),
    none('faults that SQLite finds in the file', sum('corrupt')),
    none('processes that ended though nobody had killed them', sum('deserted')),
  ];
}

/** `minutes`: no round is begun later than this; the figures then say how far it came. */
type Scale = { rounds: number; kills: number; letters: number; everyMs: number; minutes: number };

export const kills = scenario<Scale>({
  name: 'kills',
  sample: { rounds: 1, kills: 100, letters: 1000, everyMs: 150, minutes: 5 },
  full: { rounds: 20, kills: 500, letters: 5000, everyMs: 150, minutes: Number(process.env.TORTURE_MINUTES ?? 600) },
  did: ({ rounds, kills, letters }) =>
    `One web process and two outboxes share one SQLite file and are killed by SIGKILL at random, one at a time and now and then ` +
    `all at a stroke: ${number(rounds * kills)} kills over ${number(rounds * letters)} letters, in rounds of ${number(kills)} ` +
    `and ${number(letters)}. One letter in ${OVER_HTTP} goes the whole way over HTTP meanwhile (form, mail, confirmation); the ` +
    'others were confirmed by the same acts beforehand and become due while the killing goes on. Their clocks run ' +
    `${SPEED} times too fast, so that leases lapse and retries come. Whoever is left in the end sends the rest.`,
  async run({ rounds, kills, letters, everyMs, minutes }, say: Say): Promise<Outcome> {
    const all: Found[] = [];
    const end = Date.now() + minutes * 60_000;
    for (let seed = 1; seed <= rounds && Date.now() < end; seed += 1) {
      const { said, ...found } = await round({ kills, letters, seed, everyMs });
      all.push({ ...found, said });
      say(`round ${seed} of ${rounds}: ${JSON.stringify(found)}`);
      for (const line of new Set(said.map((each) => each.replace(/"(time|letter|submission)":"?\w+"?,?/g, ''))))
        say(`said: ${line}`);
    }
    const careless = await round({ kills: 15, letters: 200, seed: 99, everyMs, broken: 'dot' });
    return {
      figures: figuresOf(all, rounds * kills),
      controls: [{ broken: 'a worker says it has noted the dot, and has not', figure: tooMany(careless) }],
    };
  },
});
