import { z } from 'zod';

/** A row of `data/countries.csv`: who answers for it if it is a territory, and the bloc its residents live in. */
export const Country = z.object({
  code: z.string().regex(/^[A-Z]{2}$/),
  answeredBy: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  bloc: z.literal('EU').optional(),
  basis: z.string().optional(),
});
export type Country = z.infer<typeof Country>;

/** All countries and territories by their ISO 3166-1 alpha-2 code. */
export type World = ReadonlyMap<string, Country>;

/** CLDR's code for a place that is not known; here: "my country is not on this list". */
export const NOT_LISTED = 'ZZ';

// CLDR's short names are the plain ones; the long ones add another state's name.
const PLAIN = new Set(['HK', 'MO']);
const names = new Map<string, { long: Intl.DisplayNames; short: Intl.DisplayNames }>();

/** The country's name in `language`: plain, as people there say it. `EU` has one too. */
export function countryName(code: string, language: string): string {
  let both = names.get(language);
  if (!both) {
    const type = 'region';
    both = {
      long: new Intl.DisplayNames(language, { type }),
      short: new Intl.DisplayNames(language, { type, style: 'short' }),
    };
    names.set(language, both);
  }
  return (PLAIN.has(code) ? both.short : both.long).of(code) ?? code;
}

/** All countries of `world` with their names in `language`, in the order a reader of it expects. */
export function countryList(world: World, language: string): { code: string; name: string }[] {
  const order = new Intl.Collator(language);
  return [...world.keys()]
    .map((code) => ({ code, name: countryName(code, language) }))
    .sort((a, b) => order.compare(a.name, b.name));
}
