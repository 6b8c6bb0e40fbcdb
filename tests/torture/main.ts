/*
 * `npm run torture [-- NAME …]`: runs every scenario, or those named, at full scale, and writes docs/torture.md.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import openDoor from '../support/global-setup.ts';
import { canary } from './canary.ts';
import { disk } from './disk.ts';
import { faults } from './faults.ts';
import { forgery } from './forgery.ts';
import { generated, hostile } from './hostile.ts';
import { kills } from './kills.ts';
import { onlookers } from './onlookers.ts';
import { fiveDays } from './outage.ts';
import { race } from './race.ts';
import { withResult } from './report.ts';
import { faultsOf, inWords, type Scenario } from './scenario.ts';
import { theft } from './theft.ts';
import { workers } from './workers.ts';

const SCENARIOS: Scenario[] = [
  faults,
  workers,
  race,
  fiveDays,
  forgery,
  canary,
  theft,
  onlookers,
  hostile,
  generated,
  kills,
  disk,
];

const root = join(import.meta.dirname, '..', '..');
const page = join(root, 'docs', 'torture.md');

/** Runs one scenario in full and writes it down. Gives what speaks against it. */
async function torment(scenario: Scenario): Promise<string[]> {
  const began = Date.now();
  const say = (line: string) => console.log(`${scenario.name}: ${line}`);
  say(scenario.did.full);
  const outcome = await scenario.run('full', say);
  for (const figure of outcome.figures) say(inWords(figure));
  for (const { broken, figure } of outcome.controls) say(`control, ${broken}: ${inWords(figure)}`);
  const about = {
    seconds: (Date.now() - began) / 1000,
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
  };
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  writeFileSync(page, withResult(before, scenario, outcome, about));
  return faultsOf(outcome);
}

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !SCENARIOS.some((each) => each.name === name));
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const closeDoor = await openDoor();
  let broken = 0;
  for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const faults = await torment(scenario).catch((error: Error) => [`it broke off: ${error.stack ?? error.message}`]);
    for (const fault of faults) console.error(`${scenario.name}: ${fault}`);
    broken += faults.length > 0 ? 1 : 0;
  }
  await closeDoor();
  return broken > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
