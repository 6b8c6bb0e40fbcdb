import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Country, type World } from '../domain/countries.ts';
import { type Csv, readCsv } from './csv.ts';

const COLUMNS = ['code', 'answered_by', 'bloc', 'basis'];

/**
 * The world as `data/countries.csv` below `root` has it.
 * @throws Error with a sentence that names the file, and the line where one is wrong
 */
export function readWorld(root: string): World {
  const file = join('data', 'countries.csv');
  const wrong = (reason: string) => new Error(`${file} cannot be used: ${reason}`);
  const { header, rows, faults } = tableOf(join(root, file), wrong);
  if (header.cells.join() !== COLUMNS.join()) throw wrong(`its columns must be ${COLUMNS.join(', ')}.`);
  for (const { line, text } of faults) throw wrong(`line ${line}: ${text}`);
  const world = new Map<string, Country>();
  for (const { line, cells } of rows) {
    const country = countryOf(cells);
    if (!country)
      throw wrong(`line ${line} is not a country's code, its state's code or nothing, EU or nothing, and a text.`);
    if (world.has(country.code)) throw wrong(`line ${line}: ${country.code} stands there a second time.`);
    world.set(country.code, country);
  }
  for (const { code, answeredBy } of world.values()) {
    const state = answeredBy === undefined ? undefined : world.get(answeredBy);
    if (answeredBy && (!state || state.answeredBy))
      throw wrong(`${code} is answered by ${answeredBy}, which is no state of the table.`);
  }
  return world;
}

function tableOf(path: string, wrong: (reason: string) => Error): Csv {
  try {
    return readCsv(readFileSync(path));
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function countryOf([code, answeredBy, bloc, basis]: string[]): Country | null {
  const filled = Object.entries({ code, answeredBy, bloc, basis }).filter(([, cell]) => cell);
  return Country.safeParse(Object.fromEntries(filled)).data ?? null;
}
