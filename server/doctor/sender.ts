import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { dmarc as evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import { spf as evaluateSpf } from 'mailauth/lib/spf/index.js';
import { findDkimKey, type Sign, signerOf } from '../mail/dkim.ts';
import { doubt, type Finding, fault, ok, unseen, type Visit } from './finding.ts';
import { relayHost, sendingAddresses } from './names.ts';

/** An address of nobody's (RFC 5737): whoever lets it send lets everybody. */
const NOBODY = '192.0.2.255';

type Resolver = NonNullable<Parameters<typeof evaluateSpf>[0]['resolver']>;
const resolverOf = ({ outside }: Visit): Resolver => outside.resolve as Resolver;

/** Whether the relay may send for our domain, as other mail servers will see it. */
export async function spf(visit: Visit): Promise<Finding> {
  const domain = visit.config.mailDomain;
  const judge = async (ip: string) => {
    const { status, rr } = await evaluateSpf({
      ip,
      sender: `probe@${domain}`,
      helo: domain,
      mta: domain,
      resolver: resolverOf(visit),
    });
    return { result: status.result, comment: status.comment ?? '', record: rr ?? '' };
  };
  const anybody = await judge(NOBODY);
  const printed = 'Publish the record that npm run dkim prints.';
  if (anybody.result === 'temperror') return unseen('SPF');
  if (anybody.result === 'none') return fault('SPF', `${domain} does not say who may send for it (SPF).`, printed);
  if (anybody.result === 'permerror') {
    const reason = anybody.comment.split(': ').at(-1);
    return fault(
      'SPF',
      `The SPF record of ${domain} cannot be used: ${reason}.`,
      'Keep one record, without that error.',
    );
  }
  if (anybody.result === 'pass')
    return fault('SPF', `The SPF record of ${domain} lets everybody send.`, 'End it with ~all instead of +all.');
  const { addresses, sure } = await sendingAddresses(visit);
  const judged = await Promise.all(addresses.map(async (address) => ({ address, ...(await judge(address)) })));
  const left = judged.filter(({ result }) => result !== 'pass').map(({ address }) => address);
  if (addresses.length === 0) return ok('SPF', `${domain} says who may send for it.`);
  if (left.length === 0) return ok('SPF', `${domain} lets ${addresses.join(', ')} send.`);
  if (sure)
    return fault(
      'SPF',
      `${domain} does not let ${left.join(', ')} send, which is this machine.`,
      `Add ip4: or ip6: with it to the SPF record.`,
    );
  return doubt(
    'SPF',
    `${domain} says who may send for it, and ${left.join(', ')}, where the relay takes mail, is not among them.`,
    'If it sends from there, add it; a provider’s manual says which include: covers all its machines.',
  );
}

/** Whether others can verify what our key signs: a probe is signed by us, and verified through their DNS by mailauth. */
export async function dkim(visit: Visit): Promise<Finding[]> {
  const { mailDomain: domain, dkimSelector: selector, smtpUrl } = visit.config;
  const key = usableKey(visit);
  if (key === 'broken') return [];
  if (!key) {
    const mend = 'Call npm run dkim and publish what it prints, unless your relay signs for this domain.';
    return [doubt('DKIM', 'Letters are not signed by us: there is no key.', mend)];
  }
  const text = `From: probe@${domain}\r\nTo: probe@${domain}\r\nSubject: probe\r\n\r\nprobe\r\n`;
  const probe = await key(Buffer.from(text));
  const { results } = await dkimVerify(probe, { resolver: resolverOf(visit), strict: true });
  const [result] = results;
  const found = [judged(result, `${selector}._domainkey.${domain}`)];
  if (relayHost(smtpUrl)?.endsWith('.amazonaws.com')) {
    const mend = 'Switch on Easy DKIM for this domain there, and take our key away.';
    found.push(doubt('DKIM', 'Amazon SES changes Date and Message-ID, which breaks our signature.', mend));
  }
  return found;
}

/** A key that cannot be used is told of by the check of the keys. */
function usableKey({ config, root }: Visit): Sign | 'broken' | null {
  try {
    return findDkimKey(config, root) && signerOf(config, root);
  } catch {
    return 'broken';
  }
}

type DkimResult = Awaited<ReturnType<typeof dkimVerify>>['results'][number] | undefined;

function judged(result: DkimResult, name: string): Finding {
  const published = 'Publish the record that npm run dkim prints, and take an older one away.';
  const { result: verdict, comment, testing } = result?.status ?? { result: 'neutral' };
  if (verdict === 'temperror') return unseen('DKIM');
  if (verdict === 'fail') return fault('DKIM', `The record ${name} holds another key than ours.`, published);
  if (verdict === 'policy')
    return fault('DKIM', 'The key is too short for others to believe it.', 'Make one by npm run dkim.');
  if (verdict !== 'pass' && comment === 'no key') return fault('DKIM', `There is no record ${name}.`, published);
  if (verdict !== 'pass')
    return fault('DKIM', `The record ${name} cannot be used: ${comment ?? 'no key in it'}.`, published);
  if ((result?.modulusLength ?? 0) < 2048)
    return doubt(
      'DKIM',
      `The key has ${result?.modulusLength} bits; 2048 are usual.`,
      'Make a new one by npm run dkim.',
    );
  if (testing) return doubt('DKIM', `The record ${name} says that it is only a test (t=y).`, 'Take t=y out of it.');
  return ok('DKIM', `What we sign can be verified by ${name}.`);
}

/** Whether there is a DMARC policy, and our mail would pass it: From, envelope and signature are all of MAIL_DOMAIN. */
export async function dmarc(visit: Visit): Promise<Finding> {
  const domain = visit.config.mailDomain;
  const verdict = await evaluateDmarc({
    headerFrom: [`letter@${domain}`],
    spfDomains: [domain],
    dkimDomains: [{ domain }],
    resolver: resolverOf(visit),
  });
  const printed = 'Publish the record that npm run dkim prints.';
  if (!verdict) return fault('DMARC', `${domain} is no domain that DMARC knows.`, 'Mend MAIL_DOMAIN.');
  if (verdict.status.result === 'temperror') return unseen('DMARC');
  if (verdict.status.result === 'none')
    return fault('DMARC', `${domain} has no DMARC policy that can be read; big providers want one.`, printed);
  if (verdict.status.result !== 'pass')
    return fault('DMARC', `Our mail would not pass the DMARC policy of ${verdict.policyDomain}.`, printed);
  const later = verdict.policy === 'none' ? '; when its reports are clean, change p=none to p=quarantine' : '';
  return ok('DMARC', `Our mail passes the policy of ${verdict.policyDomain} (p=${verdict.policy})${later}.`);
}
