import type { Mailers } from '../../server/outbox/mailers.ts';
import { Lost } from '../../server/store/connection.ts';
import type { Letter } from '../../server/store/letters.ts';
import type { Store } from '../../server/store/open.ts';

/**
 * Store and mailers as they are, but counted: what is being asked of them now, and which letters have been claimed and
 * not yet put off or settled. By it the torture knows when its clock may jump.
 */
export function watch(store: Store, mailers: Mailers) {
  let asked = 0;
  const held = new Map<string, number>();

  async function counted<T>(call: () => Promise<T>): Promise<T> {
    asked += 1;
    try {
      return await call();
    } finally {
      asked -= 1;
    }
  }

  /** Ends the claim when the letter was put off or settled, or when it turned out to be somebody else's. */
  function releasing<A extends unknown[]>(verb: (letter: Letter, ...rest: A) => Promise<void>) {
    return (letter: Letter, ...rest: A) =>
      counted(() => verb(letter, ...rest)).then(
        () => void held.delete(letter.id),
        (error) => {
          if (error instanceof Lost) held.delete(letter.id);
          throw error;
        },
      );
  }

  const letters: Store['letters'] = {
    ...store.letters,
    claim: (...args) =>
      counted(async () => {
        const claimed = await store.letters.claim(...args);
        for (const { id, attempts } of claimed) held.set(id, attempts);
        return claimed;
      }),
    dot: (letter, now) =>
      counted(() => store.letters.dot(letter, now)).catch((error) => {
        if (error instanceof Lost) held.delete(letter.id);
        throw error;
      }),
    later: releasing(store.letters.later),
    settle: releasing(store.letters.settle),
  };
  return {
    store: { ...store, letters, queues: countedVerbs(store.queues), submissions: countedVerbs(store.submissions) },
    mailers: { ...mailers, deliver: (...args) => counted(() => mailers.deliver(...args)) } satisfies Mailers as Mailers,
    watched: { busy: () => asked > 0 || held.size > 0 },
  };

  function countedVerbs<Verbs extends object>(verbs: Verbs): Verbs {
    const wrap = (verb: unknown) =>
      typeof verb === 'function'
        ? (...args: unknown[]) => {
            const answer = verb(...args);
            return answer instanceof Promise ? counted(() => answer) : answer;
          }
        : verb;
    return Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, wrap(verb)])) as Verbs;
  }
}

type Watched = { busy(): boolean };

/** Waits until nothing is under way, and nothing begins in the next turns of the event loop. */
export async function quiet({ busy }: Watched): Promise<void> {
  for (let calm = 0; calm < 4; ) {
    await new Promise((done) => (calm > 0 || !busy() ? setImmediate(done) : setTimeout(done, 1)));
    calm = busy() ? 0 : calm + 1;
  }
}

/** What of a store the torture must see to jump from one due moment to the next. */
type Place = { parts: { store: Store; wake(): void }; clock: { now: number }; watched: Watched };

/** The next moment at which a letter is worth a look; null when none waits. */
export async function nextDue({ parts }: Pick<Place, 'parts'>): Promise<number | null> {
  const waiting = (await parts.store.queues.all()).filter(({ arrived, gone }) => arrived > gone);
  return waiting.length === 0 ? null : Math.min(...waiting.map(({ dueAt }) => dueAt));
}

/** Moves the clock from one due moment to the next until no letter waits any more. Gives up, loudly, after `realMs`. */
export async function runDry(place: Place, realMs = 600_000): Promise<void> {
  const end = Date.now() + realMs;
  for (;;) {
    await quiet(place.watched);
    const due = await nextDue(place);
    if (due === null) return;
    if (Date.now() > end) throw new Error('letters still wait: the torture gave up');
    // A letter that is due and yet not taken waits for the mail server's rest to end.
    place.clock.now = Math.max(due, place.clock.now + (due <= place.clock.now ? 1000 : 1));
    place.parts.wake();
  }
}
