import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** What browsers get, each before those that import it: a name is known only when the content is. */
const SOURCES = [
  'web/style.css',
  'web/desk.css',
  'web/charts.css',
  'server/domain/letter.ts',
  'server/domain/drafts.ts',
  'web/work.ts',
  'web/fill.ts',
  'web/draft.ts',
  'web/preview.ts',
  'web/job.ts',
  'web/live.ts',
  'web/passkey.ts',
];

export type Assets = { folder: string; url(source: string): string; close(): void };

/**
 * Readies the style sheet and scripts once, at start: types stripped, names that hold a hash of the content (so that
 * browsers may keep them for good), and compressed copies beside them.
 */
export function openAssets(root: string): Assets {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-'));
  const names = new Map<string, string>();
  for (const source of SOURCES) {
    const content = browserContent(readFileSync(join(root, source), 'utf8'), source, names);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const [stem, kind] = basename(source).split('.');
    const name = `${stem}-${hash}.${kind === 'css' ? 'css' : 'js'}`;
    names.set(basename(source), name);
    writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content));
  }
  return {
    folder,
    url: (source) => `/assets/${names.get(source) ?? source}`,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function browserContent(text: string, source: string, names: Map<string, string>): string {
  if (!source.endsWith('.ts')) return text;
  // Node marks stripping as experimental; `amaro` is the same engine as a package, should it ever go.
  const script = stripTypeScriptTypes(text).replace(/[ \t]+$/gm, '');
  return script.replace(/(from\s+')([^']+\.ts)(')/g, (_, before: string, path: string, after: string) => {
    return `${before}./${names.get(basename(path)) ?? basename(path)}${after}`;
  });
}
