import { isIP } from 'node:net';
import { isLoopback } from '../config.ts';
import { isPublic } from './addresses.ts';
import { ask, doubt, type Finding, fault, isAbsent, ok, type Visit } from './finding.ts';

/** Names that no DNS outside knows. */
const INNER = /^(?:[^.]*|.*\.(?:localhost|local|lan|internal|intranet|invalid|home\.arpa))$/;

/** Whether a domain can be one that others look up. */
export function isPublicName(domain: string): boolean {
  return !INNER.test(domain) && isIP(domain) === 0;
}

/** The host of SMTP_URL as one writes it in the DNS; null where no mail leaves. */
export function relayHost(smtpUrl: string | null): string | null {
  return smtpUrl
    ? (URL.parse(smtpUrl)
        ?.hostname.replace(/^\[|\]$/g, '')
        .toLowerCase() ?? null)
    : null;
}

/**
 * The public addresses that mail may come from. Of a relay on this machine they are our own, and `sure`; another relay
 * may send from other addresses than the one it takes mail at.
 */
export async function sendingAddresses({ config, outside }: Visit): Promise<{ addresses: string[]; sure: boolean }> {
  const host = relayHost(config.smtpUrl);
  if (!host) return { addresses: [], sure: false };
  if (isLoopback(host)) return { addresses: outside.ownAddresses().slice(0, 4), sure: true };
  const found = isIP(host)
    ? [host]
    : (await Promise.all([ask<string>(outside, host, 'A'), ask<string>(outside, host, 'AAAA')])).flat();
  return { addresses: found.filter(isPublic).slice(0, 4), sure: false };
}

export async function mailDomain({ config }: Visit): Promise<Finding> {
  const domain = config.mailDomain;
  if (isPublicName(domain)) return ok('MAIL_DOMAIN', `Mail comes from ${domain}.`);
  return fault(
    'MAIL_DOMAIN',
    `Mail would come from ${domain}, which nobody else can look up.`,
    'Set MAIL_DOMAIN to a domain of yours, such as letters.example.org.',
  );
}

type Mx = { exchange: string; priority: number };

/** Whether returned mail finds its way back. */
export async function mx({ config, outside }: Visit): Promise<Finding> {
  const { listen, ...others } = config.bounces;
  const hosts = (await ask<Mx>(outside, config.mailDomain, 'MX')).map(({ exchange }) => exchange).filter(Boolean);
  if (!listen) {
    const other = Object.values(others).some((each) => each !== null);
    if (other || hosts.length > 0)
      return ok('MX', other ? 'The relay tells of returned mail.' : `Returned mail goes to ${hosts.join(', ')}.`);
    return doubt(
      'MX',
      `Nothing takes in returned mail: ${config.mailDomain} has no MX record, and no BOUNCE_… setting is there.`,
      'Set BOUNCE_LISTEN, or what your relay offers, so that dead addresses are noticed.',
    );
  }
  if (hosts.length === 0) {
    return fault(
      'MX',
      `Returned mail cannot find this machine: ${config.mailDomain} has no MX record.`,
      'Publish the one that npm run dkim prints.',
    );
  }
  const addresses = (
    await Promise.all(hosts.flatMap((host) => ['A', 'AAAA'].map((type) => ask<string>(outside, host, type))))
  ).flat();
  if (addresses.length === 0) {
    return fault(
      'MX',
      `The MX record leads to ${hosts.join(', ')}, which has no address.`,
      'Give that name an A record.',
    );
  }
  const own = outside.ownAddresses();
  if (own.length === 0 || own.some((address) => addresses.includes(address)))
    return ok('MX', `Returned mail goes to ${hosts.join(', ')}.`);
  return doubt(
    'MX',
    `Returned mail goes to ${hosts.join(', ')}, which does not seem to be this machine.`,
    'Let the MX record lead here, unless that machine hands the mail on to BOUNCE_LISTEN.',
  );
}

/** Whether the address that mail comes from has a name, and that name the address: many servers refuse it otherwise. */
export async function ptr(visit: Visit): Promise<Finding> {
  const { addresses, sure } = await sendingAddresses(visit);
  const found = sure ? fault : doubt;
  const [first] = addresses;
  if (!first)
    return doubt(
      'PTR',
      'From here the address that mail is sent from is not known.',
      'Ask your provider for its PTR record.',
    );
  for (const address of addresses) {
    const names = await visit.outside.reverse(address).catch((error) => {
      if (isAbsent(error)) return [];
      throw error;
    });
    const type = isIP(address) === 6 ? 'AAAA' : 'A';
    const back = (await Promise.all(names.map((name) => ask<string>(visit.outside, name, type)))).flat();
    if (names.length === 0) {
      const mend = 'Set it where the machine is rented, to a name whose A record is this address.';
      return found('PTR', `The address ${address} has no name (PTR record).`, mend);
    }
    if (!back.some((each) => sameAddress(each, address))) {
      const mend = `Give ${names[0]} an A (or AAAA) record with this address, or change the PTR record.`;
      return found('PTR', `The address ${address} is called ${names[0]}, but that name has another address.`, mend);
    }
  }
  return ok('PTR', `${addresses.join(', ')}: name and address agree.`);
}

/** IPv6 can be written in many ways. */
function sameAddress(one: string, other: string): boolean {
  const plain = (address: string) => URL.parse(`http://[${address}]`)?.hostname ?? address;
  return one === other || (isIP(one) === 6 && plain(one) === plain(other));
}
