// The languages of the world's ministries and of many who write to them; any other tag comes in by a file.
const TAGS =
  'ar bg bn bo cs da de el en es et fa fi fr ga he hi hr hu id is it ja kk ko lt lv mk mn ms my nb ne nl pa pl pt ro ru sk sl sq sr sv sw ta th tl tr ug uk ur uz vi zh'.split(
    ' ',
  );

const names = new Intl.DisplayNames('en', { type: 'language' });

/** A language by its English name, or its tag where it has none. */
export function languageName(tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    // Well-formed for us, but nothing that has a name.
    return tag;
  }
}

/** Languages to choose from, by their English names. */
export function languageOptions(without: readonly string[] = []): [value: string, name: string][] {
  return TAGS.filter((tag) => !without.includes(tag))
    .map((tag): [string, string] => [tag, languageName(tag)])
    .sort((a, b) => (a[1] < b[1] ? -1 : 1));
}
