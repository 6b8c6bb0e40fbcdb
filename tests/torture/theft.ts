import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sweep } from '../../server/outbox/sweep.ts';
import { type Figure, number, type Say, scenario } from './scenario.ts';
import { openPostOffice, press, sendConfirmations, sendLetters, type Villager, write } from './village.ts';
import { openWorld, SECRET_KEY, SLUG, storm } from './world.ts';

const DAY = 24 * 3_600_000;
const THIEF = join(import.meta.dirname, 'thief.ts');
type Scale = { people: number; known: number };
type Loot = {
  opened: { pending: number; waiting: number; sent: number; byToken: number };
  read: number;
  guessed: number;
  inClear: number;
  marks: number;
};
export type Thefts = { people: number; database: Loot; backup: Loot; server: Loot; tokens: Loot; afterwards: Loot };

/** A third of the people has not confirmed, a third's letters wait, a third's are sent; then everything is stolen. */
export async function steal({ people, known }: Scale, say: Say): Promise<Thefts> {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-theft-'));
  const live = join(folder, 'live');
  mkdirSync(live);
  const post = await openPostOffice();
  const file = join(live, 'db');
  const settings = { port: post.port, databaseUrl: `file:${file}`, keysDir: join(folder, 'keys') };
  const world = await openWorld(storm(6), settings);
  const { parts } = world;
  try {
    const all = Array.from(
      { length: people },
      (_, i): Villager => ({ country: 'IE', name: `Person ${i}`, email: `person${i}@post.example` }),
    );
    const third = Math.floor(people / 3);
    const [sent, waiting, pending] = [all.slice(0, third), all.slice(third, 2 * third), all.slice(2 * third)];
    const tokensOf = (some: Villager[]) => some.map(({ email }) => post.tokenOf(email));
    await write(parts, SLUG, sent);
    await sendConfirmations(parts);
    await press(parts, tokensOf(sent));
    await sendLetters(parts, SLUG);
    await write(parts, SLUG, [...waiting, ...pending]);
    await sendConfirmations(parts);
    await press(parts, tokensOf(waiting));
    say(`${number(people)} people have written`);

    const list = join(folder, 'addresses');
    const others = Array.from({ length: known - people }, (_, i) => `stranger${i}@post.example`);
    writeFileSync(list, [...others, ...all.map(({ email }) => email)].join('\n'));
    const stolen = await copied(file, join(folder, 'stolen'));
    const thief = (keys: string[], tokens: string[] = [], from = stolen) =>
      JSON.parse(
        execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', THIEF, from, list, ...keys], {
          input: tokens.join('\n'),
          encoding: 'utf8',
          maxBuffer: 1 << 28,
        }),
      ) as Loot;
    const keys = [SECRET_KEY, settings.keysDir];
    const database = thief([]);
    const backup = thief([], [], join(folder, 'stolen', 'backup.db'));
    const server = thief(keys);
    const tokens = thief(keys, tokensOf(pending.slice(0, 100)));
    say('stolen, with keys and without');

    // The campaign ends; what the thief took then is the database as it was, and the keys that are left.
    await sendLetters(parts, SLUG);
    await parts.store.campaigns.setState(SLUG, ['open'], 'closed', world.clock.now);
    await parts.campaigns.refresh();
    world.clock.now += 8 * DAY;
    await sweep(parts);
    const afterwards = thief(keys);
    return { people, database, backup, server, tokens, afterwards };
  } finally {
    await world.close();
    await post.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files as they lie there, journal and all, and a backup beside them. */
async function copied(file: string, to: string): Promise<string> {
  mkdirSync(to);
  for (const tail of ['', '-wal']) cpSync(`${file}${tail}`, join(to, `db${tail}`));
  const client = new Sqlite(file, { readonly: true });
  await client.backup(join(to, 'backup.db'));
  client.close();
  return join(to, 'db');
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
const isAll = (what: string, value: number, all: number): Figure => ({ what, value, bound: { exactly: all } });

export const theft = scenario<Scale>({
  name: 'theft',
  sample: { people: 60, known: 600 },
  full: { people: 10_000, known: 100_000 },
  did: ({ people, known }) =>
    `${number(people)} people write; a third has not confirmed, a third's letters wait, a third's are sent. A program of its ` +
    `own that imports nothing of ours is given the files, and a list of ${number(known)} addresses with all of theirs in it.`,
  async run(scale, say) {
    const { people, database, backup, server, tokens, afterwards } = await steal(scale, say);
    const third = Math.floor(people / 3);
    const confirmed = 2 * third;
    return {
      figures: [
        none('database and backup: letters opened', total(database) + total(backup)),
        none(
          `database and backup: people recognised, of ${number(people)}`,
          [database, backup].reduce((sum, each) => sum + each.guessed + each.inClear, 0),
        ),
        none('with all keys: letters opened of those that nobody has confirmed', server.opened.pending),
        none('with all keys: letters opened of those that were sent', server.opened.sent),
        isAll(
          'with all keys: letters opened of those that wait (this is said to everybody)',
          server.opened.waiting,
          third,
        ),
        isAll(
          'with all keys, while the campaign runs: people recognised of those who confirmed (this is said too)',
          server.guessed,
          confirmed,
        ),
        none(
          'a week after the end, with the keys that are left: letters opened of the database stolen before',
          total(afterwards),
        ),
        none('a week after the end, with the keys that are left: people recognised', afterwards.guessed),
      ],
      controls: [
        {
          broken: 'the thief has mailed tokens too',
          figure: none('letters opened of those that nobody has confirmed', tokens.opened.byToken),
        },
      ],
    };
  },
});

const total = ({ opened }: Loot) => opened.pending + opened.waiting + opened.sent;
