import { type LookupAddress, lookup } from 'node:dns';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublic, readAddress } from './address.ts';

const PATIENCE = 15_000;

/** What an address answered; of the answer nothing else is read. */
export type Answer = { status: number; retryAfter: string | null };
/** Sends a message to an address. @throws CallFault where no answer came */
export type CallOut = (address: string, headers: Record<string, string>, body: string) => Promise<Answer>;

/** Why no answer came, in words for who gave the address; nothing of the address is in it. */
export class CallFault extends Error {}

type Resolve = (name: string) => Promise<LookupAddress[]>;
type Options = { resolve?: Resolve; isAllowed?: (address: string) => boolean; ca?: string; patience?: number };

/**
 * How this program calls addresses that somebody gave it. A name is resolved here, every address that it has must be
 * one that the whole world reaches, and the connection is made to one of just those: so a name that leads elsewhere a
 * moment later leads nowhere. Each call has a connection of its own; redirects are answers like others, and of the
 * answer only its head is read. The options are for tests; nothing in the environment reaches them.
 */
export function openCallOut({ resolve = allOf, isAllowed = isPublic, ca, patience = PATIENCE }: Options = {}): CallOut {
  const lookup = checked(resolve, isAllowed);
  return (address, headers, body) =>
    new Promise((done, failed) => {
      const read = readAddress(address);
      if ('fault' in read) return failed(new CallFault('its address cannot be used any more'));
      const over = AbortSignal.timeout(patience);
      const call = request(
        read.url,
        {
          method: 'POST',
          agent: false,
          lookup,
          ...(ca && { ca }),
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          signal: over,
        },
        (answer) => {
          const { statusCode = 0, headers: given } = answer;
          answer.destroy();
          done({ status: statusCode, retryAfter: given['retry-after'] ?? null });
        },
      );
      call.on('error', (error) => failed(new CallFault(over.aborted ? 'no answer came in time' : inWords(error))));
      // Node lets a call whose answer offers another protocol (101) go without a word (nodejs.org/api/http.html, 'upgrade').
      call.on('close', () => failed(new CallFault('the connection broke off')));
      call.end(body);
    });
}

function allOf(name: string): Promise<LookupAddress[]> {
  return new Promise((done, failed) => {
    lookup(name, { all: true }, (error, found) => (error ? failed(error) : done(found)));
  });
}

/** A name that leads to an address which only somebody inside a network may call. */
class InnerAddress extends Error {}

function checked(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (name, { all }, done) => {
    resolve(name)
      .then((found) => {
        const [first] = found;
        if (!first || !found.every(({ address }) => isAllowed(address))) throw new InnerAddress();
        if (all) done(null, found);
        else done(null, first.address, first.family);
      })
      .catch((error) => done(error, []));
  };
}

/** By the codes of Node's errors (nodejs.org/api/errors.html) and of OpenSSL's checks of certificates. */
function inWords(error: Error & { code?: string }): string {
  const { code = '' } = error;
  if (error instanceof InnerAddress) return 'its name leads into an inner network, so nothing was sent';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'its name is not known';
  if (code === 'ECONNREFUSED') return 'nobody answers there';
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'it cannot be reached';
  if (/CERT|SIGNATURE|ERR_TLS|UNABLE_TO/.test(code)) return 'its certificate does not hold';
  return 'the connection broke off';
}
