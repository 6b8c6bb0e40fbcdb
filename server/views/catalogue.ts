import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseMessage } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';

export type Values = Record<string, string | number>;

/** The words of all languages, compiled at start: a message that does not parse refuses to start. */
export function openCatalogue(folder: string) {
  const messages = new Map<string, Map<string, () => IntlMessageFormat>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const language = file.slice(0, -'.json'.length);
    const words = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>;
    const compiled = Object.entries(words).map(([key, text]) => [key, compile(text, language, key)] as const);
    messages.set(language, new Map(compiled));
  }
  const english = messages.get('en') ?? new Map<string, () => IntlMessageFormat>();

  function message(language: string, key: string): IntlMessageFormat {
    // A letter may be in a language that the pages do not speak yet: its footer is English then.
    const found = (messages.get(language) ?? english).get(key);
    if (!found) throw new Error(`the catalogue has no "${key}" in "${language}"`);
    return found();
  }

  return {
    /** The languages of the pages, English first. */
    languages: [...messages.keys()].sort((a, b) => (a === 'en' ? -1 : b === 'en' ? 1 : a.localeCompare(b))),
    has: (key: string): boolean => english.has(key),
    /** A message in plain words. */
    say: (language: string, key: string, values: Values = {}): string => String(message(language, key).format(values)),
    /**
     * A message with `<strong>`, `<em>` and `<a>` in it, as HTML. Values are escaped; the link's address is the value `href`.
     */
    sayHtml(language: string, key: string, values: Values, escapeHtml: (text: string) => string): string {
      const escaped = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? escapeHtml(value) : value]),
      );
      const wrap = (tag: string) => (chunks: unknown[]) => `<${tag}>${chunks.join('')}</${tag}>`;
      const link = (chunks: unknown[]) => `<a href="${escaped.href ?? ''}">${chunks.join('')}</a>`;
      const parts = message(language, key).format({
        ...escaped,
        strong: wrap('strong'),
        em: wrap('em'),
        a: link,
      } as never) as unknown;
      return Array.isArray(parts) ? parts.join('') : String(parts);
    },
  };
}
export type Catalogue = ReturnType<typeof openCatalogue>;

/** Parses now, so that a fault shows at start; the rest, which takes as long again, waits until the message is needed. */
function compile(text: string, language: string, key: string): () => IntlMessageFormat {
  const parsed = parse(text, language, key);
  let ready: IntlMessageFormat | null = null;
  return () => {
    ready ??= new IntlMessageFormat(parsed, language);
    return ready;
  };
}

function parse(text: string, language: string, key: string) {
  try {
    return parseMessage(text, { locale: new Intl.Locale(language) });
  } catch (error) {
    throw new Error(
      `templates/words/${language}.json: "${key}" is no ICU message (${error instanceof Error ? error.message : ''})`,
    );
  }
}
