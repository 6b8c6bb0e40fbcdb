import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { packagedChromium } from './chromium.ts';

// No sandbox: containers and root cannot have one, and only our own pages are opened. Nothing else of the web's
// security is switched off, for the journeys are there to show that it holds. /dev/shm is tiny in many containers.
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

let works: LaunchOptions | undefined;

/** Opens a real Chromium: one found on this machine, else the packaged one, else Playwright's own download. */
export async function openBrowser(): Promise<Browser> {
  if (works) return chromium.launch(works);
  const reasons: string[] = [];
  for (const find of [...found(), packagedChromium, downloaded]) {
    try {
      const options = { ...(await find()), args };
      const browser = await chromium.launch(options);
      works = options;
      return browser;
    } catch (error) {
      reasons.push(String(error instanceof Error ? error.message : error));
    }
  }
  throw new Error(`No Chromium could be opened; set CHROMIUM_PATH to one. What was tried:\n${reasons.join('\n')}`);
}

/** Those that lie on this machine. What CHROMIUM_PATH names goes first. */
function found(): (() => LaunchOptions)[] {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const mac = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  const windows = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) =>
    join(process.env[name] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
  );
  const places = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...mac, ...windows];
  const wanted = process.env.CHROMIUM_PATH;
  return [...(wanted ? [wanted] : []), ...places.filter(existsSync)].map((executablePath) => () => ({
    executablePath,
  }));
}

async function downloaded(): Promise<LaunchOptions> {
  const program = join(import.meta.dirname, '..', '..', 'node_modules', 'playwright-core', 'cli.js');
  await promisify(execFile)(process.execPath, [program, 'install', '--only-shell', 'chromium']);
  return {};
}
