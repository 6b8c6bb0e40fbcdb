import { readConfig } from '../config.ts';
import { runCommand } from './campaign.ts';

process.exitCode = await runCommand(process.argv.slice(2), () => readConfig(), {
  say: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});
