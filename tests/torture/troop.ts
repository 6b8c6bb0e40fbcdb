import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from './bundle.ts';

export type Role = 'web' | 'outbox';
type Soldier = { child: ChildProcess; loaded: Promise<unknown>; gone: Promise<unknown>; begun: boolean };
/** A place that is always manned: by one at work and one that waits to take over. */
type Post = { role: Role; working: Soldier | null; spare: Soldier };

/** Processes that share one database and are killed: one web and two outboxes, each with a spare that takes over at once. */
export async function raiseTroop(env: Record<string, string>, random: () => number) {
  const program = await bundled('killable');
  const cache = { NODE_COMPILE_CACHE: join(tmpdir(), 'dear-minister-torture-compiled') };
  const said: string[] = [];
  let killed = 0;
  let deserted = 0;
  let over = false;
  let opening = 100;

  function recruit(role: Role): Soldier {
    const child = spawn(process.execPath, program, { env: { ...process.env, ...cache, ...env, ROLE: role } });
    const gone = once(child, 'exit');
    const loaded = Promise.race([once(child.stdout, 'data'), gone]);
    // Nothing but SIGKILL ends it; what it says in its distress is read by a person.
    child.stderr.on('data', (text) => void said.push(...String(text).trim().split('\n')));
    child.stdin.on('error', () => {});
    return { child, loaded, gone, begun: false };
  }

  /** The spare goes to work, and another one makes ready. */
  async function relieve(post: Post): Promise<void> {
    const soldier = post.spare;
    await soldier.loaded;
    if (over) return;
    post.working = soldier;
    const told = Date.now();
    soldier.child.stdout?.once('data', () => {
      soldier.begun = true;
      opening += (Date.now() - told - opening) / 4;
    });
    soldier.child.stdin?.write('begin\n');
    soldier.child.once('exit', () => {
      if (post.working !== soldier || over) return;
      deserted += 1;
      post.working = null;
      relieve(post).catch(() => {});
    });
    post.spare = recruit(post.role);
  }

  async function kill(post: Post): Promise<void> {
    const soldier = post.working;
    if (!soldier) return;
    post.working = null;
    soldier.child.kill('SIGKILL');
    killed += 1;
    await soldier.gone;
    // A post is manned again in its own time, while others are being killed.
    relieve(post).catch(() => {});
  }

  const posts: Post[] = (['web', 'outbox', 'outbox'] as const).map((role) => ({
    role,
    working: null,
    spare: recruit(role),
  }));
  await Promise.all(posts.map(relieve));
  return {
    said,
    /** How many were killed at their work. */
    killed: () => killed,
    /** How many milliseconds it takes one, on this machine and just now, to open its database and begin. */
    opening: () => opening,
    /** How many ended that nobody had killed. */
    deserted: () => deserted,
    /** Kills one that is at work, or (once in a while) all of them at one stroke, as a machine does that goes down. */
    async strike(): Promise<void> {
      // One in four may still be opening its database; the others have begun to work.
      const early = random() < 0.25;
      const manned = posts.filter(({ working }) => working !== null && (early || working.begun));
      if (random() < 0.05) await Promise.all(manned.map(kill));
      else {
        const one = manned[Math.floor(random() * manned.length)];
        if (one) await kill(one);
      }
    },
    /** Ends them all for good. */
    async disband(): Promise<void> {
      over = true;
      const all = posts.flatMap(({ working, spare }) => (working ? [working, spare] : [spare]));
      for (const { child } of all) child.kill('SIGKILL');
      await Promise.all(all.map(({ gone }) => gone));
    },
  };
}
export type Troop = Awaited<ReturnType<typeof raiseTroop>>;
