import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const inner = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inner.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inner.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one by which the world knows a machine, and not one of an inner network. */
export function isPublic(address: string): boolean {
  const kind = isIP(address);
  return kind !== 0 && !inner.check(address, kind === 4 ? 'ipv4' : 'ipv6');
}

/** The addresses by which the world knows this machine, as far as it knows itself: none behind a router that translates. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map(({ address }) => address)
    .filter(isPublic);
}
