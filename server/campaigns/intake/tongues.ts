import { flat } from './cell.ts';
import { READ_IN } from './places.ts';

/** Languages by the names they have in the languages we read, and in themselves: `german`, `deutsch`, `allemand`. */
let named: Map<string, string> | null = null;

function names(): Map<string, string> {
  if (named) return named;
  named = new Map();
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = letters.flatMap((a) => letters.map((b) => a + b));
  const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  for (const code of codes.filter((each) => english.of(each) !== undefined)) {
    for (const language of [...READ_IN, code]) {
      const name = new Intl.DisplayNames(language, { type: 'language', fallback: 'none' }).of(code);
      if (name && !named.has(flat(name))) named.set(flat(name), code);
    }
  }
  return named;
}

const KNOWN = /^([a-z]{2,3})((?:[-_][a-z0-9]{2,8})*)$/i;

/**
 * The language tags of a cell that names one language or several: `de`, `nl fr de`, `German, French`, `de_AT`. Null
 * where a word of it is not understood.
 */
export function languagesIn(text: string): string[] | null {
  const whole = tongue(text);
  if (whole) return [whole];
  const parts = text.split(/[\s;,/&|+]+/).filter((part) => part !== '' && !/^(?:and|und|et|y|e)$/i.test(part));
  const tags = parts.map(tongue);
  return tags.length > 0 && tags.every((tag) => tag !== null) ? [...new Set(tags)] : null;
}

function tongue(text: string): string | null {
  const [, base = '', rest = ''] = KNOWN.exec(text) ?? [];
  if (base !== '' && isLanguage(base.toLowerCase())) return canonical(base + rest.replaceAll('_', '-'));
  return names().get(flat(text)) ?? null;
}

/** The one form of a tag (`de` for `deu`, `de-AT` for `de-at`); null where it is none. */
function canonical(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

const checked = new Map<string, boolean>();
const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Of two or three letters there are few enough to remember each. */
function isLanguage(base: string): boolean {
  const known = checked.get(base);
  if (known !== undefined) return known;
  const is = english.of(base) !== undefined;
  checked.set(base, is);
  return is;
}
