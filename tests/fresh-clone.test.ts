import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from './support/program.ts';

const root = join(import.meta.dirname, '..');

/** What git would bring into a clone. Told by .gitignore alone: the machine need not have git. */
async function clone(to: string): Promise<void> {
  const ignored = (await readFile(join(root, '.gitignore'), 'utf8')).split('\n').filter(Boolean);
  const left = (name: string) =>
    name === '.git' ||
    ignored.some((line) => name === line.replace(/\/$/, '') || (line[0] === '*' && name.endsWith(line.slice(1))));
  await cp(root, to, { recursive: true, filter: (path) => path === root || !left(basename(path)) });
}

/** A PATH with Node, npm and what every system has; no compiler, no Python, no git, no database, no browser. */
async function barePath(folder: string): Promise<string> {
  const places = (process.env.PATH ?? '').split(delimiter).filter((place) => !place.includes('node_modules'));
  await mkdir(folder);
  for (const name of ['node', 'npm', 'npx', 'sh', 'env', 'cat', 'ls', 'mkdir', 'rm', 'uname', 'dirname', 'basename']) {
    const found = places.map((place) => join(place, name)).find(existsSync);
    if (!found) throw new Error(`${name} is not on the PATH.`);
    await symlink(found, join(folder, name));
  }
  return folder;
}

/** How this machine reaches the registry, and what npm has fetched before; nothing else of the environment. */
function reach(): NodeJS.ProcessEnv {
  const wanted = /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file|npm_config_(registry|cache|userconfig))$/i;
  return {
    npm_config_cache: join(homedir(), '.npm'),
    npm_config_userconfig: join(homedir(), '.npmrc'),
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name))),
  };
}

async function startAndStop(cwd: string, env: NodeJS.ProcessEnv): Promise<{ seconds: string; stderr: string }> {
  const begun = performance.now();
  const server = startProgram('npm', ['start'], { cwd, env });
  const page = await fetch(await server.address());
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  expect(page.status).toBe(200);
  const { status, stderr } = await server.stop();
  expect(status).toBe(0);
  return { seconds, stderr };
}

// Slow only where the registry is; the figures (90 s and 2 s) are printed, and do not decide.
test('npm start in a fresh clone, on a machine with Node and npm and nothing else', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'a fresh clone '));
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const checkout = join(folder, 'dear minister');
  await clone(checkout);
  await mkdir(join(folder, 'home'));
  const env = { ...reach(), PATH: await barePath(join(folder, 'bin')), HOME: join(folder, 'home'), PORT: '0' };
  const first = await startAndStop(checkout, env);
  expect(first.stderr).toContain('Installing what is missing …\n');
  const second = await startAndStop(checkout, env);
  expect(second.stderr).not.toContain('Installing');
  console.log(`npm start to the first page: ${first.seconds} s in a fresh clone, ${second.seconds} s when installed`);
});
