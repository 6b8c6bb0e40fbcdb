import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Order } from './disk-worker.ts';

const WORKER = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'disk-worker.ts')];

/** What was said while an order was obeyed, and how many calls to the disk there were; null: it was killed meanwhile. */
export type Told = { said: string[]; calls: number | null };
export type Crew = { obey(order: Order, killAfterMs?: number): Promise<Told>; stop(): Promise<void> };

/** Compiles what stands between the program and its disk. Throws where there is no compiler. */
export function compileFaults(folder: string): string {
  const library = join(folder, 'disk-faults.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(import.meta.dirname, 'disk-faults.c'), '-ldl']);
  return library;
}

/** The environment by which a worker's disk can be told to fail: only for files below `folder`. */
export function underFaults(library: string, folder: string, name: string): Record<string, string> {
  const orders = join(folder, '..', `${name}.orders`);
  writeFileSync(orders, Buffer.alloc(4096));
  return { LD_PRELOAD: library, TORTURE_FOLDER: `${folder}/`, TORTURE_ORDERS: orders };
}

/** A worker that obeys one order after the other; where it was killed, the next one is obeyed by another. `blocks`: the longest a file may grow. */
export function openCrew(folder: string, env: Record<string, string>, blocks: number | null = null): Crew {
  let worker: ChildProcess | null = null;
  let lines: AsyncIterator<string> | null = null;

  function begin(): ChildProcess {
    const cache = { NODE_COMPILE_CACHE: join(folder, '..', 'compiled') };
    const options = {
      env: { ...process.env, ...cache, ...env },
      stdio: ['pipe', 'pipe', 'inherit'] as ['pipe', 'pipe', 'inherit'],
    };
    // Node ignores SIGXFSZ: what goes beyond the limit fails with EFBIG.
    const limited = ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, ...WORKER];
    const child = blocks === null ? spawn(process.execPath, WORKER, options) : spawn('sh', limited, options);
    child.stdin?.on('error', () => {});
    lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    return child;
  }

  return {
    async obey(order, killAfterMs) {
      worker ??= begin();
      const its = worker;
      const reader = lines;
      its.stdin?.write(`${JSON.stringify(order)}\n`);
      const said: string[] = [];
      for (let timer: NodeJS.Timeout | null = null; ; ) {
        const next = await reader?.next();
        if (!next || next.done) {
          if (timer) clearTimeout(timer);
          worker = null;
          return { said, calls: null };
        }
        const line = String(next.value);
        if (line === 'begun' && killAfterMs !== undefined) timer = setTimeout(() => its.kill('SIGKILL'), killAfterMs);
        else if (line.startsWith('done ')) {
          if (timer) clearTimeout(timer);
          if (order.abrupt) {
            await reader?.next();
            worker = null;
          }
          return { said, calls: Number(line.slice(5)) };
        } else if (line !== 'begun') said.push(line);
      }
    },
    async stop() {
      if (!worker) return;
      const gone = once(worker, 'exit');
      worker.stdin?.end();
      await gone;
    },
  };
}
