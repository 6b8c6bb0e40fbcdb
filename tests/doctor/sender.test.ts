import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/doctor/finding.ts';
import { isPublicName, mailDomain, mx, ptr } from '../../server/doctor/names.ts';
import { dkim, dmarc, spf } from '../../server/doctor/sender.ts';
import { dkimRecord } from '../../server/mail/dkim.ts';
import { but, DOMAIN, KEY, line, OWN, pem, visit, type Zone } from './world.ts';

const all = (found: Finding | Finding[]) => [found].flat().map(line).join(' | ');
const spfRecord = (text: string): Zone => but({ [DOMAIN]: { TXT: [[text]] } });
const DKIM_NAME = `dm1._domainkey.${DOMAIN}`;
const OFFLINE: Zone = {};
const SILENT: Zone = {
  '*': { TXT: 'ETIMEOUT', MX: 'ETIMEOUT', A: 'ETIMEOUT', AAAA: 'ETIMEOUT', NS: 'ETIMEOUT', PTR: 'ETIMEOUT' },
};

describe('MAIL_DOMAIN', () => {
  test.each(['localhost', 'ministry', 'mail.local', 'box.internal', '192.0.2.7'])(
    '%s is nobody’s to look up',
    (domain) => {
      expect(isPublicName(domain)).toBe(false);
    },
  );
  test('must be a public name', async () => {
    expect(all(await mailDomain(visit()))).toBe('ok: Mail comes from letters.example.');
    expect(all(await mailDomain(visit({}, { MAIL_DOMAIN: 'localhost' })))).toMatch(/^fault: .*Set MAIL_DOMAIN/);
  });
});

describe('SPF', () => {
  test('of our own machine', async () => {
    expect(all(await spf(visit()))).toBe('ok: letters.example lets 192.0.2.7 send.');
    expect(all(await spf(visit(spfRecord('v=spf1 ip4:192.0.2.8 ~all'))))).toMatch(
      /^fault: letters\.example does not let 192\.0\.2\.7 send, which is this machine\. Add/,
    );
  });

  test.each([
    ['none', but({ [DOMAIN]: {} }), /^fault: letters\.example does not say who may send for it .*npm run dkim/],
    [
      'two',
      but({ [DOMAIN]: { TXT: [['v=spf1 a ~all'], ['v=spf1 mx ~all']] } }),
      /^fault: The SPF record .* cannot be used: .+\. Keep one/,
    ],
    ['broken', spfRecord('v=spf1 ip4:nonsense ~all'), /^fault: The SPF record .* cannot be used/],
    [
      'with an include that is not there',
      spfRecord('v=spf1 include:gone.example ~all'),
      /^fault: The SPF record .* cannot be used/,
    ],
    ['for everybody', spfRecord('v=spf1 +all'), /^fault: .* lets everybody send\. End it with ~all/],
    ['for everybody by network', spfRecord('v=spf1 ip4:0.0.0.0/0 -all'), /^fault: .* lets everybody send/],
    ['no DNS', SILENT, /^doubt: It could not be looked up from here/],
    ['no network', OFFLINE, /^doubt: It could not be looked up from here/],
  ])('%s', async (_, zone, expected) => {
    expect(all(await spf(visit(zone)))).toMatch(expected);
  });

  test('of a relay elsewhere, which may send from other addresses', async () => {
    const relayed = (text: string) =>
      visit(
        {
          ...spfRecord(text),
          'relay.example': { A: ['198.51.100.4'] },
          'spf.relay.example': { TXT: [['v=spf1 ip4:198.51.100.0/24 -all']] },
        },
        {
          SMTP_URL: 'smtp://relay.example:587',
        },
      );
    expect(all(await spf(relayed('v=spf1 include:spf.relay.example ~all')))).toBe(
      'ok: letters.example lets 198.51.100.4 send.',
    );
    expect(all(await spf(relayed('v=spf1 ip4:192.0.2.7 ~all')))).toMatch(
      /^doubt: .* 198\.51\.100\.4, where the relay takes mail, is not among/,
    );
  });

  test('where our own address is not known: that there is a record', async () => {
    const hidden = visit(undefined, {}, { ownAddresses: () => [] });
    expect(all(await spf(hidden))).toBe('ok: letters.example says who may send for it.');
  });
});

describe('DKIM: a probe signed by us is verified through the DNS of others', () => {
  const recordOf = (text: string) => but({ [DKIM_NAME]: { TXT: [[text]] } });
  const text = dkimRecord(KEY, 'dm1', DOMAIN).text;
  test.each([
    ['published', undefined, `ok: What we sign can be verified by ${DKIM_NAME}.`],
    ['not published', but({ [DKIM_NAME]: null }), `fault: There is no record ${DKIM_NAME}. Publish`],
    [
      'another key',
      recordOf(dkimRecord(pem(), 'dm1', DOMAIN).text),
      `fault: The record ${DKIM_NAME} holds another key than ours.`,
    ],
    ['cut off', recordOf(text.slice(0, 200)), `fault: The record ${DKIM_NAME} cannot be used`],
    ['taken back', recordOf('v=DKIM1; k=rsa; p='), `fault: The record ${DKIM_NAME} cannot be used`],
    [
      'for a test only',
      recordOf(text.replace('k=rsa;', 'k=rsa; t=y;')),
      `doubt: The record ${DKIM_NAME} says that it is only a test`,
    ],
    ['no DNS', SILENT, 'doubt: It could not be looked up from here.'],
    ['no network', OFFLINE, 'doubt: It could not be looked up from here.'],
  ])('%s', async (_, zone, expected) => {
    const found = all(await dkim(visit(zone)));
    expect(found.startsWith(expected)).toBe(true);
    expect(found).not.toContain('PRIVATE');
  });

  test('a key of 1024 bits is a doubt, and of 512 a fault', async () => {
    const ofBits = async (bits: number) => {
      const key = pem(bits);
      return all(await dkim(visit(recordOf(dkimRecord(key, 'dm1', DOMAIN).text), { DKIM_KEY: key })));
    };
    expect(await ofBits(1024)).toMatch(/^doubt: The key has 1024 bits/);
    expect(await ofBits(512)).toMatch(/^fault: The key is too short/);
  });

  test('without a key it asks whether the relay signs', async () => {
    expect(all(await dkim(visit(undefined, { DKIM_KEY: '' })))).toMatch(
      /^doubt: Letters are not signed by us.*npm run dkim/,
    );
  });

  test('a relay that changes what is signed is a doubt', async () => {
    const ses = visit(undefined, { SMTP_URL: 'smtp://email-smtp.eu-west-1.amazonaws.com:587' });
    expect(all(await dkim(ses))).toMatch(/^ok: .* \| doubt: Amazon SES changes Date and Message-ID/);
  });
});

describe('DMARC', () => {
  const recordOf = (text: string) => but({ [`_dmarc.${DOMAIN}`]: { TXT: [[text]] } });
  test.each([
    ['p=none', undefined, /^ok: Our mail passes the policy of letters\.example \(p=none\); when its reports are clean/],
    ['strict', recordOf('v=DMARC1; p=reject; adkim=s; aspf=s'), /^ok: .*\(p=reject\)\.$/],
    [
      'of the domain above',
      but({ [`_dmarc.${DOMAIN}`]: null, '_dmarc.example': { TXT: [['v=DMARC1; p=quarantine']] } }),
      /^ok: .* of example \(p=quarantine\)/,
    ],
    [
      'missing',
      but({ [`_dmarc.${DOMAIN}`]: null }),
      /^fault: letters\.example has no DMARC policy that can be read.*npm run dkim/,
    ],
    ['twice', but({ [`_dmarc.${DOMAIN}`]: { TXT: [['v=DMARC1; p=none'], ['v=DMARC1; p=reject']] } }), /^fault/],
    ['broken', recordOf('v=DMARC1; p=perhaps'), /^fault/],
    ['no DNS', SILENT, /^doubt: It could not be looked up/],
    ['no network', OFFLINE, /^doubt: It could not be looked up/],
  ])('%s', async (_, zone, expected) => {
    expect(all(await dmarc(visit(zone)))).toMatch(expected);
  });
});

describe('MX', () => {
  test('leads returned mail to this machine', async () => {
    expect(all(await mx(visit()))).toBe('ok: Returned mail goes to mail.letters.example.');
    const hidden = visit(undefined, {}, { ownAddresses: () => [] });
    expect(all(await mx(hidden))).toMatch(/^ok/);
  });
  test.each([
    ['is missing', but({ [DOMAIN]: {} }), /^fault: .* has no MX record\. Publish/],
    ['says that no mail is taken', but({ [DOMAIN]: { MX: [{ exchange: '', priority: 0 }] } }), /^fault/],
    ['leads to no address', but({ 'mail.letters.example': {} }), /^fault: .* has no address/],
    [
      'leads elsewhere',
      but({ 'mail.letters.example': { A: ['198.51.100.9'] } }),
      /^doubt: .* not seem to be this machine/,
    ],
  ])('%s', async (_, zone, expected) => {
    expect(all(await mx(visit(zone)))).toMatch(expected);
  });
  test('is not needed where the relay tells of returned mail, and missed where nobody does', async () => {
    const bare = but({ [DOMAIN]: {} });
    expect(all(await mx(visit(bare, { BOUNCE_LISTEN: '', BOUNCE_MAILGUN: 'm'.repeat(20) })))).toMatch(/^ok/);
    expect(all(await mx(visit(bare, { BOUNCE_LISTEN: '' })))).toMatch(/^doubt: Nothing takes in returned mail/);
  });
});

describe('PTR', () => {
  test('and the name’s own address agree', async () => {
    expect(all(await ptr(visit()))).toBe('ok: 192.0.2.7: name and address agree.');
    const six = { '2001:db8::7': { PTR: ['six.example'] }, 'six.example': { AAAA: ['2001:DB8:0::7'] } };
    expect(all(await ptr(visit(but(six), {}, { ownAddresses: () => ['2001:db8::7'] })))).toMatch(/^ok/);
  });
  test.each([
    ['no name', but({ [OWN]: null }), /^fault: The address 192\.0\.2\.7 has no name/],
    [
      'another address',
      but({ [OWN]: { PTR: ['other.example'] }, 'other.example': { A: ['198.51.100.1'] } }),
      /^fault: .* is called other\.example, but/,
    ],
  ])('%s is a fault of ours, and a doubt of a relay elsewhere', async (_, zone, expected) => {
    expect(all(await ptr(visit(zone)))).toMatch(expected);
    const elsewhere = { ...zone, 'relay.example': { A: [OWN] } };
    expect(all(await ptr(visit(elsewhere, { SMTP_URL: 'smtp://relay.example' })))).toMatch(/^doubt/);
  });
  test('is a doubt where the address is not known', async () => {
    expect(all(await ptr(visit(undefined, {}, { ownAddresses: () => [] })))).toMatch(/^doubt: From here the address/);
  });
});
