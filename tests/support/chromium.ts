import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflate } from '@sparticuz/chromium';
import type { LaunchOptions } from 'playwright-core';

/** The Chromium of `@sparticuz/chromium` (Linux on x64), unpacked once for each of its versions. */
export async function packagedChromium(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('The packaged Chromium is for Linux on x64.');
  const packed = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
  const home = join(await cache(), `chromium-${version}`);
  if (!existsSync(home)) await unpack(join(packed, 'bin'), home);
  return {
    executablePath: join(home, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_FILE: join(home, 'fonts.conf') },
  };
}

/** A folder that keeps, and that nobody else can have put a browser of theirs into. */
async function cache(): Promise<string> {
  const user = process.getuid?.();
  for (const folder of [process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), join(tmpdir(), `cache-of-${user}`)]) {
    const ours = join(folder, 'dear-minister');
    const made = mkdir(ours, { recursive: true, mode: 0o700 }).then(() => stat(ours));
    if ((await made.catch(() => undefined))?.uid === user) return ours;
  }
  throw new Error('There is no folder to unpack the packaged Chromium into.');
}

/** Unpacks the browser, the libraries it needs (nss, nspr, expat) and its font; `home` appears at once and whole. */
async function unpack(packed: string, home: string): Promise<void> {
  const staging = await mkdtemp(`${home}-`);
  const before = process.env.TMPDIR;
  // `inflate` reads the folder for temporary files at once when called, and takes what lies there for its own.
  process.env.TMPDIR = staging;
  const unpacked = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'].map((name) => inflate(join(packed, name)));
  process.env.TMPDIR = before;
  if (before === undefined) delete process.env.TMPDIR;
  await Promise.all(unpacked);
  await writeFile(join(staging, 'fonts.conf'), fonts(home));
  // Where another test file was quicker, its copy stays and ours goes.
  await rename(staging, home).catch(() => rm(staging, { recursive: true }));
}

/** The machine's own fonts, and Open Sans where it has none: without any, a picture of a page would show no letters. */
const fonts = (home: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${home}/fonts/fonts</dir>
  <cachedir>${home}/fonts-cache</cachedir>
</fontconfig>
`;
