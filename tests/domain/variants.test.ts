import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LETTER_VARIABLES, type LetterValues } from '../../server/domain/letter.ts';
import { chosen, cutText, hash, isVariants, readVariants, variantsName } from '../../server/domain/variants.ts';
import { compileLetter } from '../../server/views/letters.ts';

const FILE = `Our rivers
---
Rivers that are ours
===
please clean them.

---

please, make them clean.
---
do clean them, please.
`;

describe('a variants file', () => {
  test('is groups of alternatives, each with its line', () => {
    expect(readVariants(FILE)).toEqual([
      {
        line: 1,
        alternatives: [
          { line: 1, text: 'Our rivers' },
          { line: 3, text: 'Rivers that are ours' },
        ],
      },
      {
        line: 5,
        alternatives: [
          { line: 5, text: 'please clean them.' },
          { line: 9, text: 'please, make them clean.' },
          { line: 11, text: 'do clean them, please.' },
        ],
      },
    ]);
  });

  test('may end its lines as Windows does, and have longer dividers and lines with nothing but spaces', () => {
    const other = FILE.replaceAll('---', '-----  ').replace('===', '=====\n \n').replaceAll('\n', '\r\n');
    const texts = (file: string) => readVariants(file).map(({ alternatives }) => alternatives.map(({ text }) => text));
    expect(texts(other)).toEqual(texts(FILE));
  });

  test('keeps an alternative that is empty, so that it can be told, and passes over a group that is', () => {
    expect(readVariants('===\nA\n---\n===\n\n===\n').map(({ alternatives }) => alternatives)).toEqual([
      [
        { line: 2, text: 'A' },
        { line: 3, text: '' },
      ],
    ]);
    expect(readVariants(' \n')).toEqual([]);
  });

  test('is named after its letter', () => {
    expect([variantsName('en.eu'), isVariants('en.variants'), isVariants('en.eu'), isVariants('en.short')]).toEqual([
      'en.eu.variants',
      true,
      false,
      false,
    ]);
  });
});

describe('a letter with variants', () => {
  const LETTER = 'Our rivers\n\n{{recipient.salutation}},\n\nplease clean them.\n\n\nYours\n{{sender.name}}\n';
  const values = Object.fromEntries(LETTER_VARIABLES.map((name) => [name, `<${name}>`])) as LetterValues;
  const { fill, varies } = compileLetter(LETTER, readVariants(FILE));

  test('is its main text without a seed, and for each seed one of its wordings, always the same', () => {
    expect(varies).toBe(true);
    expect(fill(values)).toEqual(compileLetter(LETTER).fill(values));
    const seeds = Array.from({ length: 300 }, (_, i) => `seed ${i}`);
    const wordings = seeds.map((seed) => JSON.stringify(fill(values, seed)));
    expect(wordings).toEqual(seeds.map((seed) => JSON.stringify(fill(values, seed))));
    expect(new Set(wordings).size).toBe(6);
    for (const wording of wordings) expect(wording).toContain('<recipient.salutation>,\\n\\n');
  });

  test('without variants a seed changes nothing', () => {
    const plain = compileLetter(LETTER);
    expect([plain.varies, plain.fill(values, 'x')]).toEqual([false, plain.fill(values)]);
  });

  test('braces that span what is varied are no letter', () => {
    const broken = 'S\n\n{{\n\ndate\n\n}}\n';
    expect(compileLetter(broken).variables).toEqual(new Set(['date']));
    expect(() => compileLetter(broken, readVariants('date\n---\nsender.name'))).toThrow('braces');
  });

  test('its pieces make it up again, whatever it is', () => {
    const paragraph = fc.constantFrom('please clean them.', 'Yours', ' x ', '', '\n', '  \n', 'Our rivers\ny');
    fc.assert(
      fc.property(fc.array(paragraph), (paragraphs) => {
        const text = paragraphs.join('\n\n');
        const pieces = cutText(text, readVariants(FILE));
        expect(pieces.map(({ texts: [own] }) => own).join('')).toBe(text);
        const varied = pieces.filter(({ group }) => group !== null).length;
        expect(varied).toBe(paragraphs.filter((each) => each === 'please clean them.').length);
      }),
    );
  });
});

describe('choosing', () => {
  test('the hash is the one that its sources describe (worked out by another program)', () => {
    expect(['', 'a', 'foobar', 'Zürich 信'].map(hash)).toEqual([0xab3e7c0b, 0x1a80b1b3, 0xc0da6dc, 0xc1311df4]);
  });

  test('is the same for ever: a letter can be written again as it was', () => {
    const of = (seed: string) => [0, 1, 2, 3, 4, 5].map((group) => chosen(seed, group, 3));
    expect(of('0123456789abcdef ie-interior')).toEqual([2, 2, 1, 1, 1, 1]);
    expect(of('0123456789abcdef eu-bees')).toEqual([0, 1, 1, 0, 1, 0]);
  });

  /** How far counts lie from even ones (Pearson). */
  const chiSquare = (counts: number[], total: number) =>
    counts.reduce((sum, count) => sum + (count - total / counts.length) ** 2 / (total / counts.length), 0);
  const TOTAL = 30_000;
  // Of a thousand even choices one lies beyond, by degrees of freedom.
  const BEYOND: Record<number, number> = { 1: 10.83, 2: 13.82, 4: 18.47, 6: 22.46, 8: 26.12 };

  test.each([2, 3, 5, 7])(
    'gives each of %i alternatives equally often, also to seeds that are almost alike',
    (count) => {
      for (const group of [0, 1, 9]) {
        const counts = Array.from({ length: count }, () => 0);
        for (let i = 0; i < TOTAL; i += 1) {
          const index = chosen(`${i.toString(16)} de-interior`, group, count);
          counts[index] = (counts[index] ?? 0) + 1;
        }
        expect(counts).toHaveLength(count);
        expect(chiSquare(counts, TOTAL), `group ${group}: ${counts}`).toBeLessThan(BEYOND[count - 1] ?? 0);
      }
    },
  );

  test('groups choose each for itself', () => {
    const counts = Array.from({ length: 9 }, () => 0);
    for (let i = 0; i < TOTAL; i += 1) {
      const index = chosen(`${i} x`, 0, 3) * 3 + chosen(`${i} x`, 1, 3);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(chiSquare(counts, TOTAL), String(counts)).toBeLessThan(BEYOND[8] ?? 0);
  });
});
