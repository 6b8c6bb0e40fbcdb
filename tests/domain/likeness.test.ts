import { describe, expect, test } from 'vitest';
import {
  addShares,
  likenessAmong,
  oneWordIn,
  ownWordsShare,
  rewrittenShare,
  shinglesOf,
  wordsOf,
} from '../../server/domain/likeness.ts';

describe('words and shingles', () => {
  test('words are told apart by their language, without punctuation, in small letters', () => {
    expect(wordsOf("Don't WAIT: vote – 3 times!", 'en')).toEqual(["don't", 'wait', 'vote', '3', 'times']);
    expect(wordsOf('ZOE\u0308', 'de')).toEqual(wordsOf('zoë', 'de'));
    expect(wordsOf('  \n — …', 'fr')).toEqual([]);
  });

  test.each([
    ['zh', '请你投票反对这个候选人。', '请 你 投票 反对 这个 候选 人'],
    ['th', 'โปรดปกป้องผึ้ง', 'โปรด ปกป้อง ผึ้ง'],
    ['bo', 'བོད་ཡིག་གི་ཡི་གེ།', 'བོད ཡིག གི ཡི གེ'],
    ['ug', 'ۋەتەن ۋە خەلق', 'ۋەتەن ۋە خەلق'],
  ])('also where nothing parts them, or something else than a space: %s', (language, text, words) => {
    expect(wordsOf(text, language).join(' ')).toBe(words);
  });

  test('a shingle is five words in a row; fewer words are one', () => {
    expect(shinglesOf('One two, three four five. Six', 'en')).toEqual([
      'one two three four five',
      'two three four five six',
    ]);
    expect(shinglesOf('One two', 'en')).toEqual(['one two']);
    expect(shinglesOf('', 'en')).toEqual([]);
  });
});

describe('how alike letters are', () => {
  const SEVEN = 'one two three four five six seven';

  test.each([
    // Shingles 1–5, 2–6, 3–7 against 1–5, 2–6, 3–6 and eight: two of four.
    ['the last word another', 'one two three four five six eight', 2 / 4],
    ['the same in capitals', 'ONE two three, four five six: SEVEN.', 1],
    // Two in common (1–5, 2–6) of three.
    ['a word less', 'one two three four five six', 2 / 3],
    // Three in common; the other has 4–8 besides.
    ['a word more', `${SEVEN} eight`, 3 / 4],
    // Every shingle holds the word in the middle.
    ['the middle word another', 'one two three FORE five six seven', 0],
    // Said twice it counts once: its three, and four across the seam.
    ['the text twice', `${SEVEN} ${SEVEN}`, 3 / 7],
    ['nothing', '', 0],
  ])('%s', (_name, other, share) => {
    expect(likenessAmong([SEVEN, other], 'en')).toEqual({ mean: share, highest: share });
  });

  test('the mean is over all pairs, the highest that of one', () => {
    const texts = [SEVEN, 'one two three four five six eight', SEVEN.toUpperCase()];
    const { mean, highest } = likenessAmong(texts, 'en');
    expect(mean).toBeCloseTo((1 / 2 + 1 + 1 / 2) / 3, 12);
    expect(highest).toBe(1);
    expect(likenessAmong([SEVEN], 'en')).toEqual({ mean: 0, highest: 0 });
  });
});

describe('how much of a letter is its sender’s own', () => {
  const LETTER = 'Dear Minister,\n\nplease save the bees.\n\nI fled.\n\nSam';

  test('their words among all: two of nine', () => {
    expect(ownWordsShare(LETTER, 'I fled.', 'en')).toEqual({ own: 2, all: 9 });
    expect(ownWordsShare(LETTER, '', 'en')).toEqual({ own: 0, all: 9 });
  });

  test('only what stands in the letter is counted, paragraph by paragraph', () => {
    expect(ownWordsShare(LETTER, 'I fled.\n\n\nThis was left out.', 'en')).toEqual({ own: 2, all: 9 });
  });

  test('of a rewritten letter the shingles that are not the campaign’s: five of six hold the new word', () => {
    const ours = 'a b c d e f g h i j';
    expect(rewrittenShare(ours, ours, 'en')).toEqual({ own: 0, all: 6 });
    expect(rewrittenShare('a b c d e NEW g h i j', ours, 'en')).toEqual({ own: 5, all: 6 });
    expect(rewrittenShare('something else', ours, 'en')).toEqual({ own: 1, all: 1 });
  });

  test('several letters are taken together', () => {
    const shares = [
      { own: 2, all: 9 },
      { own: 2, all: 11 },
    ];
    expect(addShares(shares)).toEqual({ own: 4, all: 20 });
  });

  test.each([
    [0, 300, null],
    [300, 300, 1],
    [201, 300, 1],
    [200, 300, 2],
    [100, 200, 2],
    [50, 400, 8],
    [30, 400, 13],
    [10, 194, 19],
    [10, 204, 20],
    [2, 400, 200],
  ])('%i words of %i are one in %j', (own, all, one) => expect(oneWordIn({ own, all })).toBe(one));
});
