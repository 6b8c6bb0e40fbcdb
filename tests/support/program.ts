import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** How a program ended, and all it said. */
export type Ending = { status: number | null; stdout: string; stderr: string };

/** A program under test: what it prints and how it ends. It is stopped at the latest when the test is over. */
export function startProgram(command: string, args: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += text));
  child.stderr.on('data', (text) => (said.stderr += text));
  const ended: Promise<Ending> = once(child, 'close').then(([status]) => ({ status, ...said }));
  ended.catch(() => undefined);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return {
    ended,
    /** The first address it prints, the citizens' page. Where it ends without one, that is the error. */
    async address(): Promise<string> {
      const printed = () => /^https?:\/\/\S+$/m.exec(said.stdout)?.[0];
      const over = ended.then((ending) => {
        throw new Error(`It ended without an address: ${JSON.stringify(ending, null, 2)}`);
      });
      while (!printed()) await Promise.race([once(child.stdout, 'data'), over]);
      return printed() as string;
    },
    stop(): Promise<Ending> {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
