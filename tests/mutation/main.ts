/*
 * `npm run mutate [-- units|outbox]`: changes the code of vault, addresses, confirmation and outbox in thousands of small
 * ways, and looks how many of them the tests notice (Stryker). Fails below 85 of a hundred.
 */
import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const RUNS = {
  units: ['server/vault/*.ts', 'server/domain/{address,confirmation,states}.ts'],
  outbox: ['server/outbox/*.ts', 'server/acts/{confirm,expire,marks,settle,withdraw}.ts'],
};
const LEAST = 85;

async function mutate(run: keyof typeof RUNS): Promise<number> {
  process.env.MUTATE = run;
  const stryker = new Stryker({
    mutate: RUNS[run],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 10_000,
    reporters: ['clear-text', 'json'],
    clearTextReporter: { logTests: false, allowColor: false, reportTests: false },
    jsonReporter: { fileName: `var/mutation-${run}.json` },
    tempDirName: 'var/stryker',
    ignorePatterns: ['var', 'coverage'],
    thresholds: { high: 100, low: LEAST, break: null },
  });
  const results = await stryker.runMutationTest();
  const noticed = results.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const valid = results.filter(({ status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)).length;
  const score = valid === 0 ? 0 : (100 * noticed) / valid;
  console.log(
    `${run}: ${noticed} of ${valid} changes were noticed: ${score.toFixed(1)} of a hundred (at least ${LEAST})`,
  );
  return score;
}

process.chdir(join(import.meta.dirname, '../..'));
const asked = process.argv.slice(2).filter((name): name is keyof typeof RUNS => name in RUNS);
const scores: number[] = [];
for (const run of asked.length > 0 ? asked : (Object.keys(RUNS) as (keyof typeof RUNS)[]))
  scores.push(await mutate(run));
process.exitCode = scores.every((score) => score >= LEAST) ? 0 : 1;
