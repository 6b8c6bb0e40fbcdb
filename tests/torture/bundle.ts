import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Makes one file and a few of a program of the torture with all it imports, two folders below the root as the program
 * itself is; gives the arguments by which Node runs it. What is started ten thousand times must start quickly: loading
 * several hundred small files takes longer than all the rest.
 */
export async function bundled(program: string): Promise<string[]> {
  // Others may be bundling at the same time: each has a folder of its own, and takes it away in the end.
  const folder = join(ROOT, 'var', `torture-${program}-${process.pid}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [join(import.meta.dirname, `${program}.ts`)],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // jsonc-parser's other form loads its own pieces in a way that cannot be followed.
    mainFields: ['module', 'main'],
    external: ['better-sqlite3', 'pg-native'],
    plugins: [drizzle],
    // Packages in CommonJS ask for Node's own modules by `require`.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  });
  return ['--disable-warning=ExperimentalWarning', join(folder, `${program}.mjs`)];
}

/** The store loads Drizzle by a `require` of its own making, which no bundler can follow; here by one that it can. */
const drizzle: Plugin = {
  name: 'drizzle',
  setup: ({ onLoad }) =>
    onLoad({ filter: /server\/store\/drizzle\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
        .replace(/^const load = .*$/m, '')
        .replaceAll(/\bload\(/g, 'require(');
      return { contents: text, loader: 'ts' };
    }),
};
