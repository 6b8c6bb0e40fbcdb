import { BlockList, isIP } from 'node:net';

const LONGEST = 2000;

/**
 * What is not reachable from everywhere, or is no single machine (IANA IPv4 Special-Purpose Address Registry, RFC 6890,
 * and multicast, RFC 5771).
 */
const inner = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private (RFC 1918)
  ['100.64.0.0', 10], // behind a provider's translation (RFC 6598)
  ['127.0.0.0', 8], // this machine
  ['169.254.0.0', 16], // link-local, and where clouds tell machines their secrets
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
] as const)
  inner.addSubnet(network, prefix, 'ipv4');

/**
 * Of IPv6 only what is given out as global unicast may be, which leaves out loopback, link-local, unique local and
 * multicast addresses, NAT64 (64:ff9b::/96) and IPv4 in IPv6's clothes; and of that not what the registry keeps.
 */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
  ['2001::', 23], // protocol assignments: Teredo, ORCHID, benchmarks
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
] as const)
  inner.addSubnet(network, prefix, 'ipv6');

/** Whether the whole world reaches one machine by this address. Anything that cannot be read is not such. */
export function isPublic(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !inner.check(address, 'ipv4');
  // An address with a zone (fe80::1%eth0) is of a link.
  if (kind !== 6 || address.includes('%')) return false;
  return global.check(address, 'ipv6') && !inner.check(address, 'ipv6');
}

/** Why an address that somebody typed cannot be told; the sentences stand at the desk. */
export type AddressFault = 'none' | 'not-https' | 'no-name' | 'number' | 'credentials' | 'port' | 'too-long';

/**
 * An address that events can be sent to, or why not. Only the spelling is looked at: where its name leads is looked at
 * whenever something is sent. URL reads the many ways of writing a number (decimal, octal, hex, in other scripts) as
 * browsers do, so none of them passes for a name.
 */
export function readAddress(typed: string): { url: URL } | { fault: AddressFault } {
  const text = typed.trim();
  if (text.length > LONGEST) return { fault: 'too-long' };
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? URL.parse(text) : null;
  if (!url) return { fault: 'none' };
  if (url.protocol !== 'https:') return { fault: 'not-https' };
  if (url.username !== '' || url.password !== '') return { fault: 'credentials' };
  if (url.hostname.startsWith('[') || isIP(url.hostname) !== 0) return { fault: 'number' };
  // A name of one part means something on this network only. One dot at the end is the same name (RFC 1034, 3.1).
  if (!/^[^.]+(\.[^.]+)+$/.test(url.hostname.replace(/\.$/, ''))) return { fault: 'no-name' };
  url.hostname = url.hostname.replace(/\.$/, '');
  // Below 1024 lie the services of a machine itself, such as mail.
  if (url.port !== '' && Number(url.port) < 1024) return { fault: 'port' };
  url.hash = '';
  return { url };
}
