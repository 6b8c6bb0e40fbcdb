/*
 * Runs one of the commands: `node server/launch.mjs VERB [ARGS…]` installs what is missing and hands over to Node 24.
 * It must run on Node 20 before anything is installed: plain JavaScript, nothing but Node's own modules.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lock = join(root, 'var', 'install.lock');
const windows = process.platform === 'win32';

// From 24.12 on Node runs TypeScript without a warning. An older one is only good for fetching the npm package `node`.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const ownWillDo = (major > 24 || (major === 24 && minor >= 12)) && !process.execPath.startsWith(modules + sep);
const node = ownWillDo ? process.execPath : join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

function alive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const running = new Set();
const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
let stopped = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopped = 128 + constants.signals[signal];
    if (running.size === 0) process.exit(stopped);
    for (const pid of running) {
      // A terminal gives Ctrl-C to all of our own group; a second one would look like impatience.
      const told = signal === 'SIGINT' && terminal && pid > 0;
      if (!told && alive(pid)) process.kill(pid, signal);
    }
  });
}

/** Runs a program to its end and gives its exit status, 128 + n after a signal. Signals sent to us are passed on to it. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    // A negative number stands for a whole group: the program and all it has started.
    const pid = options.detached ? -child.pid : child.pid;
    if (pid) running.add(pid);
    child.on('error', (error) => reject(new Error(`Cannot run ${command}: ${error.message}`)));
    child.on('close', (status, signal) => {
      running.delete(pid);
      resolve(status ?? 128 + constants.signals[signal]);
    });
    options.started?.(child, pid);
  });
}

/** Whether each package of the lock file lies there in its version. npm writes its list as the last act of an install. */
function installed(set) {
  try {
    const packages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
    const there = packages(join(modules, '.package-lock.json'));
    return Object.entries(packages(join(root, 'package-lock.json'))).every(([path, { version, ...is }]) => {
      const unwanted = path === '' || is.optional || (set === 'runtime' && (is.dev || is.devOptional));
      return unwanted || there[path]?.version === version;
    });
  } catch {
    return false;
  }
}

/** One step of an install. What it prints is shown only when it fails. */
async function step(command, args, options) {
  let output = '';
  const started = (child, pid) => {
    if (pid) writeFileSync(lock, `${process.pid} ${pid}`);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  };
  // The machine's own Node and npm do this, not the ones in node_modules, which may be replaced meanwhile.
  const path = process.env.PATH.split(delimiter).filter((entry) => !entry.startsWith(modules));
  const machine = { ...process.env, PATH: path.join(delimiter) };
  // A group of its own: npm starts others, and none may go on writing after we were told to stop.
  const apart = { stdio: ['ignore', 'pipe', 'pipe'], detached: !windows };
  const status = await run(command, args, { ...apart, cwd: root, env: machine, started, ...options });
  if (status) throw new Error(`${output}\nCould not install what is missing: ${command} ${args[0]} failed, see above.`);
}

async function fetchPackages(set) {
  // Adding the tests' packages must not pull the others from under a running server; all else is begun anew.
  const begin = installed('runtime') ? ['install', '--no-save'] : ['ci'];
  // Gone until npm has finished: by its absence an interrupted install is known.
  rmSync(join(modules, '.package-lock.json'), { force: true });
  const which = set === 'all' ? ['--include=dev', '--include=optional'] : ['--omit=dev'];
  const flags = ['--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error'];
  await step('npm', [...begin, ...which, ...flags], { shell: windows });
}

async function fetchNode() {
  // What `npm rebuild node` would run, asked for directly: npm 12 skips a script nobody approved, and reports success.
  rmSync(join(modules, 'node', 'node_modules'), { force: true, recursive: true });
  await step('node', ['installArchSpecificPackage.js'], { cwd: join(modules, 'node') });
  // So that `npx vitest` and the like find Node 24 too.
  rmSync(join(modules, '.bin', 'node'), { force: true });
  if (!windows) symlinkSync(join('..', 'node', 'bin', 'node'), join(modules, '.bin', 'node'));
}

/** Takes the lock if nobody has it. One whose owners are dead, or ten minutes old, is cleared away for the next try. */
function claimed() {
  try {
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const owners = readFileSync(lock, 'utf8').split(' ').map(Number);
    const dead = !owners.some((pid) => pid !== process.pid && alive(pid));
    if (dead || Date.now() - statSync(lock).mtimeMs > 600_000) rmSync(lock);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // ENOENT: its owner has just removed it
  }
  return false;
}

/** Installs what is missing. Of several launchers at a time one installs, the others wait and look again. */
async function ensure(set) {
  const ready = () => installed(set) && existsSync(node);
  while (!ready()) {
    mkdirSync(dirname(lock), { recursive: true });
    if (!claimed()) {
      await sleep(200);
      continue;
    }
    try {
      if (!ready()) console.error('Installing what is missing …');
      if (!installed(set)) await fetchPackages(set);
      if (!existsSync(node)) await fetchNode();
      if (!installed(set)) throw new Error('npm installed something else than package-lock.json names.');
    } finally {
      rmSync(lock, { force: true });
    }
  }
}

// What has been compiled once is kept: it takes a quarter off every later start.
const env = { NODE_COMPILE_CACHE: join(modules, '.cache', 'compiled'), ...process.env };
// Stripping the types from what browsers get (`module.stripTypeScriptTypes`) is called experimental, and works.
const quiet = '--disable-warning=ExperimentalWarning';
const program = (path, ...args) => run(node, [quiet, join(root, 'server', path), ...args], { env });
const tool = (path, ...args) => run(node, [join(modules, path), ...args], { cwd: root, env });

/** Lint, types and tests, in this order, up to the first that fails. */
async function test(args) {
  // Biome colours what it prints even into a file.
  const plain = process.stdout.isTTY ? [] : ['--colors=off'];
  const types = () => [tool('typescript/bin/tsc', '-p', '.'), tool('typescript/bin/tsc', '-p', 'web')];
  return (
    (await tool('@biomejs/biome/bin/biome', 'ci', ...plain, '.')) ||
    Math.max(...(await Promise.all(types()))) ||
    tool('vitest/vitest.mjs', 'run', ...args)
  );
}

const [verb = '', ...args] = process.argv.slice(2);
try {
  await ensure(['test', 'torture', 'mutate'].includes(verb) ? 'all' : 'runtime');
  if (verb === 'test') process.exitCode = await test(args);
  else if (verb === 'mutate') process.exitCode = await program('../tests/mutation/main.ts', ...args);
  else if (verb === 'torture') process.exitCode = await program('../tests/torture/main.ts', ...args);
  else if (verb === 'start') process.exitCode = await program('main.ts', ...args);
  else process.exitCode = await program('commands/main.ts', verb, ...args);
} catch (error) {
  if (!stopped) console.error(error.message);
  process.exitCode = stopped || 1;
}
