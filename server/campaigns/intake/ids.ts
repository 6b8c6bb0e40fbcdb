import { Recipient } from '../../domain/campaign.ts';
import { show } from '../wording.ts';
import { words } from './cell.ts';
import type { Finding } from './findings.ts';
import type { Said } from './row.ts';

/** Room for a number behind it: an id has at most 64 characters. */
const LONGEST = 56;

// Letters that are no accented ones, as Latin scripts write them without.
const PLAIN: Record<string, string> = { ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

function slug(text: string): string {
  const plain = words(text)
    .join('-')
    .replace(/[øæœłđðþı]/g, (letter) => PLAIN[letter] ?? '');
  const all = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  if (all.length <= LONGEST) return all;
  // Not within a word, unless little is left without it.
  const cut = all.slice(0, LONGEST);
  const atWord = cut.replace(/-[^-]*$/, '');
  return atWord.length > LONGEST / 2 ? atWord : cut.replace(/-$/, '');
}

const isId = (id: string): boolean => Recipient.shape.id.safeParse(id).success;

/** Gives each row of a list an id of its own: the one it has, or one made of country and office. */
export class Ids {
  readonly #given = new Map<string, number>();
  readonly #used: Set<string>;
  readonly #next = new Map<string, number>();

  /** `known`: those of the present list, which new rows do not get. */
  constructor(known: Iterable<string>) {
    this.#used = new Set(known);
  }

  /** Keeps an id free for the first row that has it. */
  reserve(id: string | undefined, line: number): void {
    if (id !== undefined && isId(id) && !this.#given.has(id)) this.#given.set(id, line);
  }

  /** The id for a row, and what there is to say about it. */
  take({ id, country, office, name }: Said, line: number): { id: string; findings: Finding[] } {
    if (id !== undefined && this.#given.get(id) === line && !this.#used.has(id)) {
      this.#used.add(id);
      return { id, findings: [] };
    }
    // Nothing is left of names in other scripts.
    const called = [office, name].map((text) => slug(text ?? '')).find((each) => each !== '') ?? 'office';
    const likeId = slug(id ?? '');
    const made = this.#free(isId(likeId) ? likeId : slug(`${country ?? ''} ${called}`));
    if (id === undefined) return { id: made, findings: [] };
    const first = this.#given.get(id);
    const findings: Finding[] =
      first === undefined
        ? [{ kind: 'changed', verdict: 'good', text: `id: ${show(id)} was written as "${made}".` }]
        : [{ kind: 'duplicate', verdict: 'look', text: `id: ${show(id)} stands on line ${first} already.` }];
    return { id: made, findings };
  }

  #free(base: string): string {
    let number = this.#next.get(base) ?? 1;
    let id = base;
    while (this.#used.has(id) || this.#given.has(id)) {
      number += 1;
      id = `${base}-${number}`;
    }
    this.#next.set(base, number);
    this.#used.add(id);
    return id;
  }
}
