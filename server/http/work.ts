import { type Challenge, createChallenge, type Solution, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';

/** On average 4,096 keys of 8 hashes each: less than a second for a telephone, and dear for who wants thousands. */
const PREFIX = '000';
const COST = 8;
const LIFE_MS = 20 * 60_000;

/** Proof of work (ALTCHA, https://altcha.org): challenges that are signed, and solved once. `secret` signs them. */
export function openWork(secret: string, now: () => number) {
  const solved = new Map<string, number>();

  function isFirst(nonce: string, until: number): boolean {
    for (const [old, end] of solved) {
      if (end > now()) break;
      solved.delete(old);
    }
    if (solved.has(nonce)) return false;
    solved.set(nonce, until);
    return true;
  }

  return {
    /** A challenge as JSON, good for twenty minutes. */
    async challenge(): Promise<Challenge> {
      // Signed with the rest; the library's own limit asks the clock of the machine.
      const data = { until: now() + LIFE_MS };
      return createChallenge({
        ...{ algorithm: 'SHA-256', cost: COST, keyPrefix: PREFIX, data },
        ...{ deriveKey, hmacSignatureSecret: secret },
      });
    },
    /** Whether a text is the solution of a challenge of ours, shown for the first time: base64 of `{challenge, solution}`. */
    async isDone(proof: string): Promise<boolean> {
      const { challenge, solution } = read(proof) ?? {};
      const until = Number(challenge?.parameters?.data?.until ?? 0);
      if (!challenge || !solution || until <= now()) return false;
      const { verified } = await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: secret }).catch(
        () => ({ verified: false }),
      );
      return verified && isFirst(challenge.parameters.nonce, until);
    },
  };
}

function read(proof: string): Partial<{ challenge: Challenge; solution: Solution }> | null {
  try {
    return JSON.parse(Buffer.from(proof, 'base64').toString('utf8'));
  } catch {
    return null;
  }
}
