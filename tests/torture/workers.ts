import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshPostgres } from '../support/postgres.ts';
import { type Findings, inspect } from './check.ts';
import { startFaultServer } from './fault-server.ts';
import { HEALTHY, type Mode } from './modes.ts';
import { type Figure, number, type Say, scenario } from './scenario.ts';
import { nextDue } from './watch.ts';
import { confirmLetters, DOMAIN, openWorld, storm, type World } from './world.ts';

type Scale = { workers: number; letters: number; offices: number; patience: number };

/** A mail server that takes its time with each letter, so that another outbox has time to look. */
const SLOW: Mode = { name: 'slow', at: 'dot', act: 'slow', often: 1, keeps: true };
type Seen = Findings & { seconds: number; tookPart: number; endedBadly: number; complaints: number };

/** Starts outboxes, each a process of its own, and waits until all are ready to begin. */
async function startWorkers(count: number, careless: boolean, { parts }: World, port: number) {
  const env = {
    ...process.env,
    ...{ DATABASE_URL: parts.config.databaseUrl, KEYS_DIR: parts.vault.keys.folder },
    ...{ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_DOMAIN: DOMAIN },
  };
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'worker.ts')];
  const complaints: string[] = [];
  const workers = Array.from({ length: count }, (): ChildProcessWithoutNullStreams => {
    const worker = spawn(process.execPath, [...args, careless ? 'careless' : 'careful'], { env });
    worker.stderr.on('data', (text) => complaints.push(...String(text).trim().split('\n')));
    return worker;
  });
  const ends = workers.map((worker) => once(worker, 'close').then(([status]) => status as number | null));
  await Promise.all(workers.map((worker, i) => Promise.race([once(worker.stdout, 'data'), ends[i]])));
  return {
    complaints,
    begin: () => {
      for (const { stdin } of workers) stdin.write('go\n');
    },
    /** Lets them finish what they are at. Gives how many did not end as they should. */
    async end(): Promise<number> {
      for (const { stdin } of workers) stdin.end();
      return (await Promise.all(ends)).filter((status) => status !== 0).length;
    },
  };
}

/** Letters wait on a PostgreSQL, and several outboxes send them at the same time. */
async function together(scale: Scale, mode: Mode, careless: boolean, say: Say): Promise<Seen> {
  const { letters, offices, patience } = scale;
  const database = await freshPostgres();
  const server = await startFaultServer(mode, { slowMs: 150 });
  const world = await openWorld(storm(offices), { port: server.port, databaseUrl: database.url });
  try {
    // Confirmed a little before now: the workers' clock is the real one.
    world.clock.now = Date.now() - 1000;
    const tokens: string[] = [];
    while (tokens.length < letters) {
      tokens.push(...(await confirmLetters(world, tokens.length, Math.min(letters, tokens.length + 2000))));
      say(`${number(tokens.length)} letters confirmed`);
    }
    const running = await startWorkers(scale.workers, careless, world, server.port);
    const began = Date.now();
    running.begin();
    for (let looks = 1; (await nextDue(world)) !== null && Date.now() - began < patience; looks += 1) {
      await sleep(50);
      if (looks % 200 === 0) say(`${number(server.transactions.length)} letters have come`);
    }
    const seconds = (Date.now() - began) / 1000;
    const endedBadly = await running.end();
    for (const complaint of new Set(running.complaints.filter(Boolean))) say(`a worker says: ${complaint}`);
    const found = await inspect(world.parts, tokens, server.transactions);
    const tookPart = new Set(server.transactions.map(({ helo }) => helo)).size;
    return { ...found, seconds, tookPart, endedBadly, complaints: running.complaints.length };
  } finally {
    await world.close();
    await server.stop();
    await database.drop();
  }
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
const duplicates = ({ extra }: Findings) => none('letters that came more than once (copies beyond the first)', extra);

export const workers = scenario<Scale>({
  name: 'eight-workers',
  sample: { workers: 2, letters: 60, offices: 10, patience: 20_000 },
  full: { workers: 8, letters: 20_000, offices: 40, patience: 3_600_000 },
  did: (scale) =>
    `${scale.workers} outboxes, each a process of its own, send ${number(scale.letters)} letters to ${scale.offices} offices ` +
    'that wait on one PostgreSQL, without any fault and without a pace.',
  async run(scale, say) {
    const found = await together(scale, HEALTHY, false, say);
    const small = { ...scale, letters: Math.min(scale.letters, 400) };
    const careless = await together(small, SLOW, true, () => {});
    return {
      figures: [
        { what: 'letters sent', value: found.sent, bound: { exactly: scale.letters } },
        duplicates(found),
        none('letters lost', found.lost),
        none('recipients on the wire that are not the one office the letter is for', found.strays),
        none("texts under another Message-ID than their letter's own", found.wrongIds),
        none('attempts counted as doubtful', found.miscounted),
        none('differences between the tally and the rows', found.differences),
        none('workers that did not end as they should', found.endedBadly),
        none('complaints of the workers', found.complaints),
        { what: 'workers that sent some of them', value: found.tookPart, bound: { exactly: scale.workers } },
        { what: 'letters a second, all together', value: found.sent / found.seconds, bound: { least: 1 } },
      ],
      controls: [{ broken: 'a worker takes what is due without claiming it', figure: duplicates(careless) }],
    };
  },
});
