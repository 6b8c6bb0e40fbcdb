import { randomBytes, randomInt } from 'node:crypto';
import type { Vault } from '../../server/vault/vault.ts';
import { testVault } from '../support/vault.ts';
import { type Figure, scenario } from './scenario.ts';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const DOMAIN = '@letters.example';

type Genuine = { id: string; path: string };

/** Ways to make a return path that the vault did not sign. Each is well-formed, so that only the signature speaks against it. */
const FORGERIES: { what: string; make(real: Genuine, other: Genuine, foreign: Vault): string }[] = [
  { what: 'random ids and signatures', make: () => `b+${hex(16)}${hex(10)}` },
  { what: 'real ids under random signatures', make: ({ id }) => `b+${id}${hex(10)}` },
  { what: 'real ones with one bit turned over', make: ({ path }) => path.slice(0, 2) + flipped(path.slice(2)) },
  { what: "real ids under another's signature", make: ({ id }, { path }) => `b+${id}${path.slice(-20)}` },
  { what: "a letter's as a confirmation's", make: ({ path }) => `c${path.slice(1)}` },
  { what: 'real ids signed by another key', make: ({ id }, _, foreign) => foreign.returnPath('letter', id) },
];

/** Turns over one bit of a text of hexadecimal digits. */
function flipped(digits: string): string {
  const bytes = Buffer.from(digits, 'hex');
  const at = randomInt(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8));
  return bytes.toString('hex');
}

export const forgery = scenario({
  name: 'forged-bounces',
  sample: 12_000,
  full: 1_000_000,
  did: (tokens) =>
    `${tokens.toLocaleString('en')} return paths that we did not sign, a sixth of them of each kind, each well-formed, are ` +
    'shown to the one that reads who a bounce is about.',
  async run(tokens) {
    const vault = testVault('k'.repeat(48));
    const foreign = testVault('f'.repeat(48));
    const genuine = Array.from({ length: 1000 }, (): Genuine => {
      const id = vault.newId();
      return { id, path: vault.returnPath('letter', id) };
    });
    const one = (i: number) => genuine[i % genuine.length] as Genuine;
    const accepted = (path: string) => (vault.readReturnPath(path + DOMAIN) === null ? 0 : 1);
    const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
    const share = Math.ceil(tokens / FORGERIES.length);
    const figures = FORGERIES.map(({ what, make }) => {
      let taken = 0;
      for (let i = 0; i < share; i += 1) taken += accepted(make(one(i), one(i + 1), foreign));
      return none(`${what}, accepted of ${share.toLocaleString('en')}`, taken);
    });
    const real = genuine.reduce((sum, { path }) => sum + accepted(path), 0);
    figures.push({ what: 'real ones accepted of 1,000', value: real, bound: { exactly: 1000 } });
    return {
      figures,
      controls: [{ broken: 'the real ones are put among the forged', figure: none('accepted of 1,000', real) }],
    };
  },
});
