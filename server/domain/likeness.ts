/** So many words in a row make a shingle: rarely the same by chance, and still found in a letter that was changed here and there. */
export const SHINGLE = 5;

const segmenters = new Map<string, Intl.Segmenter>();

/** The words of a text as its language parts them, without punctuation, in small letters. */
export function wordsOf(text: string, language: string): string[] {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: 'word' });
  segmenters.set(language, segmenter);
  const segments = [...segmenter.segment(text.normalize('NFC').toLowerCase())];
  return segments.filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

/** Every five words in a row, in order; of a text with fewer words all of them together. */
export function shinglesOf(text: string, language: string): string[] {
  const words = wordsOf(text, language);
  if (words.length === 0) return [];
  const count = Math.max(1, words.length - SHINGLE + 1);
  return Array.from({ length: count }, (_, i) => words.slice(i, i + SHINGLE).join(' '));
}

/** How alike texts are, two by two. */
export type Likeness = { mean: number; highest: number };

/**
 * The mean and the highest share over all pairs of texts. The share of two: of the different shingles that stand in
 * either, those that stand in both (Jaccard); 0 is nothing alike, 1 the same.
 */
export function likenessAmong(texts: readonly string[], language: string): Likeness {
  const numbers = new Map<string, number>();
  const number = (shingle: string): number => {
    const known = numbers.get(shingle) ?? numbers.size;
    numbers.set(shingle, known);
    return known;
  };
  const sets = texts.map((text) => [...new Set(shinglesOf(text, language))].map(number));
  let [sum, pairs, highest] = [0, 0, 0];
  sets.forEach((first, i) => {
    const inFirst = new Uint8Array(numbers.size);
    for (const each of first) inFirst[each] = 1;
    for (const second of sets.slice(i + 1)) {
      const both = second.reduce((count, each) => count + (inFirst[each] ?? 0), 0);
      const share = both / Math.max(1, first.length + second.length - both);
      [sum, pairs, highest] = [sum + share, pairs + 1, Math.max(highest, share)];
    }
  });
  return { mean: pairs > 0 ? sum / pairs : 0, highest };
}

/** How much of a letter its sender wrote: so many words (or shingles) of all. */
export type OwnShare = { own: number; all: number };

/** Of a letter that holds what its sender added: their words, as far as they stand in it. */
export function ownWordsShare(body: string, ownWords: string, language: string): OwnShare {
  const added = ownWords.split(/\n{2,}/).filter((paragraph) => paragraph !== '' && body.includes(paragraph));
  return { own: wordsOf(added.join('\n\n'), language).length, all: wordsOf(body, language).length };
}

/** Of a letter that its sender rewrote: the shingles that do not stand in the campaign's own. */
export function rewrittenShare(body: string, campaigns: string, language: string): OwnShare {
  const theirs = new Set(shinglesOf(campaigns, language));
  const all = shinglesOf(body, language);
  return { own: all.filter((shingle) => !theirs.has(shingle)).length, all: all.length };
}

/** The share of several letters taken together. */
export function addShares(shares: readonly OwnShare[]): OwnShare {
  return shares.reduce((sum, { own, all }) => ({ own: sum.own + own, all: sum.all + all }), { own: 0, all: 0 });
}

/** "One word in …": null where none is the sender's own, 1 where most are. Beyond twenty it is told in tens. */
export function oneWordIn({ own, all }: OwnShare): number | null {
  if (own === 0) return null;
  const exact = all / own;
  if (exact < 1.5) return 1;
  return exact < 20 ? Math.round(exact) : Math.round(exact / 10) * 10;
}
