import { type Outcome, takeReturned } from '../acts/bounce.ts';
import { type Listener, type Owner, openListener } from '../mail/listener.ts';
import { readReturned } from '../mail/returned.ts';
import type { Parts } from '../parts.ts';
import { nameOf } from './fault.ts';

/** Takes in one returned mail as it came, by whatever way: reads it, and does what it says to the letter it is about. */
async function takeMail(parts: Parts, addresses: string[], raw: Buffer): Promise<Outcome> {
  const { verdict, addresses: named } = await readReturned(raw);
  // The mail's own text may name any address; where it came to is known from the envelope.
  return takeReturned(parts, { addresses: addresses.length > 0 ? addresses : named, verdict });
}

/** Opens the SMTP listener for returned mail, where one is set. */
export async function openReturns(parts: Parts): Promise<Listener | null> {
  const { bounces, mailDomain } = parts.config;
  if (!bounces.listen) return null;
  return openListener(bounces.listen, {
    name: mailDomain,
    isOurs: (address) => ownerOf(parts, address),
    onMail: async (addresses, raw) => void (await takeMail(parts, addresses, raw)),
    onFault: (error) => parts.log.error({ fault: nameOf(error) }, 'a returned mail could not be taken'),
  });
}

/** Whose an address is. Servers fold case, so it does not matter. */
export function ownerOf({ config, vault }: Pick<Parts, 'config' | 'vault'>, address: string): Owner {
  const at = address.lastIndexOf('@');
  if (address.slice(at + 1).toLowerCase() !== config.mailDomain) return 'no';
  const local = address.slice(0, at).toLowerCase();
  if (vault.readReturnPath(local)) return 'token';
  return local === 'letters' || local.startsWith('letter+') ? 'sender' : 'no';
}
