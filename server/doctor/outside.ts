import { Resolver } from 'node:dns/promises';
import { statfs } from 'node:fs/promises';
import { ownAddresses } from './addresses.ts';
import { isAbsent, NO_NETWORK, type Outside } from './finding.ts';

const PATIENCE = 5000;

/** The world itself. */
export function theOutside(): Outside {
  const dns = new Resolver({ timeout: 1500, tries: 2 });
  return {
    ...surely({
      resolve: (name, type) => dns.resolve(name, type) as Promise<unknown[]>,
      reverse: (ip) => dns.reverse(ip),
    }),
    fetch,
    now: Date.now,
    ownAddresses,
    async space(folder) {
      const { bavail, blocks, bsize } = await statfs(folder);
      return { free: bavail * bsize, total: blocks * bsize };
    },
    patience: PATIENCE,
  };
}

type Dns = Pick<Outside, 'resolve' | 'reverse'>;

/**
 * A machine without a network often hears that a name does not exist. So "there is none" is believed only where the DNS
 * knows its own root, or the name's last label.
 */
export function surely({ resolve, reverse }: Dns): Dns {
  const known = new Map<string, Promise<boolean>>();
  const knows = (name: string): Promise<boolean> => {
    const asked =
      known.get(name) ??
      resolve(name, 'NS').then(
        (answers) => answers.length > 0,
        () => false,
      );
    known.set(name, asked);
    return asked;
  };
  async function believed<T>(asking: Promise<T>, name: string): Promise<T> {
    try {
      return await asking;
    } catch (error) {
      const last = name.slice(name.lastIndexOf('.') + 1);
      if (!isAbsent(error) || (await knows('.')) || (await knows(last))) throw error;
      throw Object.assign(new Error('no name can be looked up from here'), { code: NO_NETWORK });
    }
  }
  return {
    resolve: (name, type) => believed(resolve(name, type), name),
    reverse: (address) => believed(reverse(address), 'arpa'),
  };
}
