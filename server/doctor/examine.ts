import { codeOf, doubt, type Finding, NO_NETWORK, ok, unseen, type Visit } from './finding.ts';
import { database, databaseLine, disk, endingKeys, keys, proxy } from './machine.ts';
import { isPublicName, mailDomain, mx, ptr } from './names.ts';
import { askRelay, relay } from './relay.ts';
import { dkim, dmarc, spf } from './sender.ts';
import { askSite, clock, site } from './site.ts';

type Check = [name: string, look: () => Promise<Finding | Finding[]>];

/**
 * Looks at all that could keep this installation from delivering. The checks run beside each other, and each comes to an
 * end: what could not be looked at is a doubt. Nothing is changed, but a database that is there is brought up to date.
 */
export async function examine(visit: Visit): Promise<Finding[]> {
  const { config, outside } = visit;
  const relayAnswer = once(() => askRelay(visit));
  const siteAnswer = once(() => askSite(visit));
  const clocks = () => Promise.all([siteAnswer().catch(() => null), relayAnswer().catch(() => null)]);
  const checks: Check[] = [
    ...(config.smtpUrl
      ? ([['relay', async () => relay(visit, await relayAnswer())]] satisfies Check[])
      : ([
          ['mail', async () => ok('mail', 'No mail leaves this machine; set SMTP_URL when it shall.')],
        ] satisfies Check[])),
    ...sender(visit),
    ['PUBLIC_URL', async () => site(visit, await siteAnswer())],
    ['clock', async () => clock(visit, ...(await clocks()))],
    ['disk', () => disk(visit)],
    ['keys', () => keys(visit)],
    ['TRUST_PROXY', () => proxy(visit)],
    ['KEYS_DIR', () => endingKeys(visit)],
    ['database', () => database(visit)],
    ['DATABASE_URL', () => databaseLine(visit)],
  ];
  // A conversation has its own patience; what it still needs to end is added.
  return (await Promise.all(checks.map((check) => within(outside.patience + 1000, check)))).flat();
}

/** The checks of the domain: wherever mail leaves, or somebody has begun to prepare for it. */
function sender(visit: Visit): Check[] {
  const { smtpUrl, mailDomain: domain } = visit.config;
  if (!isPublicName(domain)) return smtpUrl ? [['MAIL_DOMAIN', () => mailDomain(visit)]] : [];
  return [
    ['MAIL_DOMAIN', () => mailDomain(visit)],
    ['SPF', () => spf(visit)],
    ['DKIM', () => dkim(visit)],
    ['DMARC', () => dmarc(visit)],
    ['MX', () => mx(visit)],
    ...(smtpUrl ? ([['PTR', () => ptr(visit)]] satisfies Check[]) : []),
  ];
}

async function within(patience: number, [name, look]: Check): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((done) => {
    const says = `This took longer than ${Math.round(patience / 1000)} seconds.`;
    timer = setTimeout(() => done(doubt(name, says, 'Try again; a network or a DNS server may be slow.')), patience);
  });
  try {
    return [await Promise.race([look(), late])].flat();
  } catch (error) {
    return [troubled(name, error)];
  } finally {
    clearTimeout(timer);
  }
}

function troubled(name: string, error: unknown): Finding {
  const code = codeOf(error);
  // Errors of the DNS: no answer, a refusal, a broken one.
  if (
    code === NO_NETWORK ||
    /^E(?:TIMEOUT|SERVFAIL|REFUSED|CONNREFUSED|AI_AGAIN|CANCELLED|BADRESP|FORMERR)$/.test(code)
  )
    return unseen(name);
  // Texts of errors could hold what is secret; a code does not.
  return doubt(name, `The check itself failed (${code || (error as Error)?.name}).`, 'Please report it.');
}

function once<T>(begin: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= begin();
    return begun;
  };
}
