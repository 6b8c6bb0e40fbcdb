import { countryList, countryName, type World } from '../domain/countries.ts';

/** A country as campaigners read it; what is no code, as it stands. */
export const countryShown = (text: string): string => (/^[A-Z]{2}$/.test(text) ? countryName(text, 'en') : text);

/** The European Union, and every country by its name. */
export function countryOptions(world: World): [value: string, name: string][] {
  const all = countryList(world, 'en').map(({ code, name }): [string, string] => [code, name]);
  return [['EU', countryName('EU', 'en')], ...all];
}
