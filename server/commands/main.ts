import { readConfig } from '../config.ts';
import type { Voice } from './campaign.ts';

const voice: Voice = {
  say: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
};
// Whoever reads what is printed may stop reading, as `head` does.
process.stdout.on('error', () => process.exit());
const [noun = '', ...args] = process.argv.slice(2);

/** Each command's code is loaded only when it is asked for: they start sooner that way. */
async function run(): Promise<number> {
  if (noun === 'bounce') return (await import('./bounce.ts')).runBounce(args, () => readConfig(), voice, process.stdin);
  if (noun === 'dkim') return (await import('./dkim.ts')).runDkim(args, () => readConfig(), voice);
  if (noun === 'doctor') return (await import('./doctor.ts')).runDoctor(args, () => readConfig(), voice);
  return (await import('./campaign.ts')).runCommand([noun, ...args], () => readConfig(), voice);
}

process.exitCode = await run();
// A connection that nobody answers may stay open for a while yet: it keeps nobody waiting.
setTimeout(() => process.exit(), 1000).unref();
