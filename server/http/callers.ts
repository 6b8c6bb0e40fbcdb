import { createHmac, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { isLoopback } from '../config.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** More networks than this in an hour are a flood whatever each of them does. */
const MOST = 100_000;

/**
 * How often each network has written this hour, and how often all have this minute. In this process's memory only, by
 * fingerprints under a key that is thrown away with them every hour: no address is kept, and none can be found again.
 */
export function openCallers(now: () => number) {
  let key = randomBytes(32);
  let hour = 0;
  let counts = new Map<string, number>();
  let minute = 0;
  let all = 0;

  function turn(): void {
    const [thisHour, thisMinute] = [Math.floor(now() / HOUR), Math.floor(now() / MINUTE)];
    if (thisHour !== hour) {
      hour = thisHour;
      key = randomBytes(32);
      counts = new Map();
    }
    if (thisMinute !== minute) {
      minute = thisMinute;
      all = 0;
    }
  }

  const markOf = (address: string) => createHmac('sha256', key).update(networkOf(address)).digest('base64');

  return {
    /** One act more of a caller. */
    note(address: string): void {
      turn();
      all += 1;
      const mark = markOf(address);
      if (counts.size < MOST || counts.has(mark)) counts.set(mark, (counts.get(mark) ?? 0) + 1);
    },
    /** How many acts of the caller's network there were this hour, and of everybody this minute. */
    seen(address: string): { network: number; all: number } {
      turn();
      return { network: counts.size < MOST ? (counts.get(markOf(address)) ?? 0) : MOST, all };
    },
  };
}

/** Whether a caller is this machine itself. */
export const isHere = (address: string): boolean => isLoopback(plain(address));

const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** The network an address belongs to: /24 of IPv4, /48 of IPv6; neighbours there are mostly one and the same customer's. */
export function networkOf(address: string): string {
  const bare = plain(address).replace(/%.*$/, '');
  if (isIP(bare) === 4) return bare.split('.').slice(0, 3).join('.');
  if (isIP(bare) !== 6) return bare;
  const [head = '', tail = ''] = bare.toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const filled = bare.includes('::') ? [...front, ...Array(8 - front.length - back.length).fill('0'), ...back] : front;
  return filled
    .slice(0, 3)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
