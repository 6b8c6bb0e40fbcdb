import { ELSEWHERE } from '../offices.ts';
import { ALPHA_2 } from './alpha3.ts';
import { words } from './cell.ts';

/** The languages in which names of countries and languages are understood. */
export const READ_IN = ['en', 'de', 'fr', 'es', 'it'];

// Common names that CLDR has not.
const ALSO: Record<string, string> = {
  'america, united states of america, etats unis d’amerique': 'US',
  'great britain, britain, england, grossbritannien, grande bretagne, united kingdom of great britain and northern ireland':
    'GB',
  'holland, the netherlands, kingdom of the netherlands': 'NL',
  'czech republic, tschechische republik, republique tcheque': 'CZ',
  'russian federation, russische foderation, federation de russie': 'RU',
  'republic of korea, korea, sudkorea': 'KR',
  'dpr korea, democratic people’s republic of korea': 'KP',
  'ivory coast': 'CI',
  'turkey, turkei, turquie': 'TR',
  'macedonia, mazedonien, macedoine': 'MK',
  swaziland: 'SZ',
  'cabo verde, kapverden': 'CV',
  'burma, birma, birmanie': 'MM',
  'east timor, osttimor': 'TL',
  'holy see, heiliger stuhl, saint siege, vatican': 'VA',
  'palestine, state of palestine': 'PS',
  'dr congo, drc, democratic republic of the congo': 'CD',
  'congo, republic of the congo': 'CG',
  'republic of moldova': 'MD',
  'syrian arab republic': 'SY',
  'lao pdr': 'LA',
  'viet nam': 'VN',
  'brunei darussalam': 'BN',
  'people’s republic of china, prc': 'CN',
  'republic of china': 'TW',
  'republic of ireland': 'IE',
  'hong kong': 'HK',
  'macau, macao': 'MO',
  'belarus, weissrussland': 'BY',
  'european commission, europaische kommission, ue': 'EU',
};

const IGNORED = new Set(['and', 'und', 'et', 'y', 'e', 'the', 'die', 'der', 'la', 'le', 'les', 'el', 'of']);
const SAINT = new Set(['saint', 'sankt', 'santa', 'san', 'sainte']);

/** A name for comparing: "Bosnia and Herzegovina" is "Bosnia & Herzegovina", and Saint Lucia St. Lucia. */
function keyOf(name: string): string {
  return words(name)
    .filter((word) => !IGNORED.has(word))
    .map((word) => (SAINT.has(word) ? 'st' : word))
    .join('');
}

// Full styles: "Federal Republic of Germany". Not "Democratic": it tells two Congos and two Koreas apart.
const STYLE =
  /^(?:(?:united|islamic|federal|federative|bolivarian|plurinational|socialist|arab) )*(?:republic|kingdom|principality|grand duchy|sultanate|commonwealth|state) of (?:the )?/i;

/** How a country may be written that is not found as it stands: "Moldova, Republic of", then without its style. */
function otherwise(text: string): string[] {
  const turned = text.replace(/^([^,]+), ([^,]+)$/, '$2 $1');
  return [turned, turned.replace(STYLE, '')];
}

/** The codes of countries by what they are called. */
export type Places = { find: (text: string) => string | null };

/** Prepares to understand countries (by their alpha-2 codes) and the European Union: codes of two or three letters, names. */
export function placesOf(countries: Iterable<string>): Places {
  const codes = [...countries, 'EU'];
  const byName = new Map<string, string>();
  for (const [names, code] of Object.entries(ALSO)) {
    for (const name of names.split(',')) byName.set(keyOf(name), code);
  }
  for (const style of ['long', 'short'] as const) {
    for (const language of READ_IN) {
      const names = new Intl.DisplayNames(language, { type: 'region', style, fallback: 'none' });
      for (const code of codes) byName.set(keyOf(names.of(code) ?? code), code);
    }
  }
  const known = new Set(codes);
  const coded = (code: string) => ELSEWHERE[code] ?? ALPHA_2.get(code) ?? code;
  const find = (text: string): string | null => {
    const code = /^[A-Za-z]{2,3}$/.test(text) ? coded(text.toUpperCase()) : '';
    if (known.has(code)) return code;
    const name = [text, ...otherwise(text)].map(keyOf).find((key) => byName.has(key));
    const named = name === undefined ? undefined : byName.get(name);
    return named !== undefined && known.has(named) ? named : null;
  };
  return { find };
}
