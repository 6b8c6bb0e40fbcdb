import { join } from 'node:path';
import { type Config, ConfigFault } from '../config.ts';
import { examine } from '../doctor/examine.ts';
import { type Finding, fault, type Outside } from '../doctor/finding.ts';
import { theOutside } from '../doctor/outside.ts';
import type { Voice } from './campaign.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** `doctor [--json]`: a line for each check, with its mend. 0 where there is no fault, else 1; 2 for a wrong call. */
export async function runDoctor(
  args: string[],
  configure: () => Config,
  { say, complain }: Voice,
  outside: Outside = theOutside(),
): Promise<0 | 1 | 2> {
  const asJson = args.length === 1 && args[0] === '--json';
  if (args.length > 0 && !asJson) {
    complain('Usage: npm run doctor [-- --json]');
    return 2;
  }
  const findings = await find(configure, outside);
  const faults = findings.filter(({ verdict }) => verdict === 'fault').length;
  if (asJson) say(JSON.stringify({ ok: faults === 0, findings }, null, 2));
  else for (const line of report(findings)) say(line);
  if (faults > 0)
    complain(`${faults === 1 ? 'There is 1 fault' : `There are ${faults} faults`} to mend before letters arrive.`);
  else if (!asJson) say('No fault was found.');
  return faults === 0 ? 0 : 1;
}

async function find(configure: () => Config, outside: Outside): Promise<Finding[]> {
  try {
    return await examine({ config: configure(), root: ROOT, outside });
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    return error.faults.map((each) =>
      fault('settings', `${each}.`, 'Mend the setting: docs/operating.md has them all.'),
    );
  }
}

function report(findings: readonly Finding[]): string[] {
  const wide = Math.max(...findings.map(({ check }) => check.length));
  return findings.map(({ check, verdict, says, mend }) =>
    [verdict.padEnd(5), check.padEnd(wide), mend ? `${says} ${mend}` : says].join('  '),
  );
}
