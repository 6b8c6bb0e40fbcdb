import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SERVER = join(ROOT, 'server');

/** The floors of the house: a room may import from rooms below it and from itself, never from beside or above. */
const FLOORS: string[][] = [
  ['main.ts', 'launch.mjs'],
  ['app.ts', 'commands'],
  ['pages', 'api', 'desk'],
  ['outbox', 'doctor'],
  ['http'],
  ['acts', 'exports'],
  ['campaigns'],
  ['hooks'],
  ['store', 'mail', 'vault', 'views'],
  ['config.ts', 'log.ts'],
  ['domain'],
];
/** Arrows that are drawn although they go sideways or up, each with its reason. */
const DRAWN = new Set([
  'campaigns > acts', // check.ts writes each letter as a sender would, to see whether it fits into links
]);

type Source = { path: string; room: string; text: string };
const sources: Source[] = readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ path: name, room: name.split('/')[0] ?? name, text: readFileSync(join(SERVER, name), 'utf8') }));

/** The files of ours that a file imports; `parts.ts` holds only types, and is looked at by everybody. */
function imports({ path, text }: Source): string[] {
  return [...text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s+'(\.[^']+)';/gm)]
    .map(([, to]) => relative(SERVER, resolve(SERVER, dirname(path), to ?? '')))
    .filter((to) => to !== 'parts.ts');
}
const floorOf = (room: string) => FLOORS.findIndex((floor) => floor.includes(room));

test('every room stands on a floor', () => {
  const homeless = sources.map(({ room }) => room).filter((room) => room !== 'parts.ts' && floorOf(room) < 0);
  expect(homeless).toEqual([]);
});

test('arrows go down only', () => {
  const wrong = sources.flatMap((source) =>
    imports(source)
      .map((to) => ({ to, room: to.split('/')[0] ?? to }))
      .filter(
        ({ room }) =>
          room !== source.room && floorOf(room) <= floorOf(source.room) && !DRAWN.has(`${source.room} > ${room}`),
      )
      .map(({ to }) => `${source.path} > ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself by a circle', () => {
  const graph = new Map(sources.map((source) => [source.path, imports(source)]));
  const circles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      return;
    }
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test('each thing is known in one room only', () => {
  const outside = (pattern: RegExp, rooms: string[]) =>
    sources
      .filter(({ room, path, text }) => pattern.test(text) && !rooms.includes(room) && !rooms.includes(path))
      .map(({ path }) => path);
  expect(outside(/from '(?:drizzle-orm|better-sqlite3|pg)/, ['store'])).toEqual([]);
  expect(outside(/from '(?:nodemailer|smtp-server|mailparser|sns-payload-validator)/, ['mail'])).toEqual([]);
  expect(outside(/from 'standardwebhooks'/, ['mail', 'hooks'])).toEqual([]);
  expect(outside(/from 'mailauth/, ['doctor', 'mail'])).toEqual([]);
  expect(outside(/'@simplewebauthn/, ['desk'])).toEqual([]);
  expect(outside(/from 'handlebars'/, ['views'])).toEqual([]);
  expect(outside(/from 'fastify'/, ['app.ts', 'pages', 'api', 'desk', 'http', 'parts.ts'])).toEqual([]);
  expect(outside(/process\.env/, ['config.ts'])).toEqual([]);
});

test('domain imports no library but zod', () => {
  const libraries = sources
    .filter(({ room }) => room === 'domain')
    .flatMap(({ text }) => [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, name]) => name));
  expect(new Set(libraries)).toEqual(new Set(['zod']));
});

test('no hand-written file is longer than 250 lines, and none is a barrel', () => {
  expect(sources.filter(({ text }) => text.split('\n').length > 250).map(({ path }) => path)).toEqual([]);
  expect(sources.filter(({ path }) => path.endsWith('index.ts')).map(({ path }) => path)).toEqual([]);
});
