import { isLoopback } from '../config.ts';
import { ask, codeOf, doubt, type Finding, fault, NO_NETWORK, ok, unseen, type Visit } from './finding.ts';
import type { RelayAnswer } from './relay.ts';

/** What came of calling our own site: the answer, or why there was none; null where no address is set. */
export type SiteAnswer = { status: number; ours: boolean; date: string | null } | { failed: string } | null;

export async function askSite({ config, outside }: Visit): Promise<SiteAnswer> {
  if (!config.publicUrl) return null;
  const { hostname } = new URL(config.publicUrl);
  try {
    const signal = AbortSignal.timeout(outside.patience);
    const response = await outside.fetch(`${config.publicUrl}/healthz`, { signal, redirect: 'manual' });
    const text = await response.text();
    return { status: response.status, ours: isOurs(text), date: response.headers.get('date') };
  } catch (error) {
    const code = codeOf(error) || (error as Error).name;
    // Throws where no name at all can be looked up.
    if (code === 'ENOTFOUND') await ask(outside, hostname, 'A');
    return { failed: code };
  }
}

function isOurs(text: string): boolean {
  try {
    return (JSON.parse(text) as { status?: unknown } | null)?.status === 'ok';
  } catch {
    return false;
  }
}

/** Whether the links in mail lead people here. */
export function site({ config }: Visit, answer: SiteAnswer): Finding[] {
  const url = config.publicUrl;
  if (!url || !answer) {
    if (!config.production && !config.smtpUrl) return [];
    const mend = 'Set PUBLIC_URL to what people type, such as https://letters.example.org.';
    return [fault('PUBLIC_URL', 'It is not set: links in mail would lead to this machine’s own address.', mend)];
  }
  const { hostname, protocol } = new URL(url);
  if (isLoopback(hostname)) {
    if (config.smtpUrl) {
      const mend = 'Set PUBLIC_URL to what people type, such as https://letters.example.org.';
      return [fault('PUBLIC_URL', `${url} leads nobody here but yourself, and mail goes out.`, mend)];
    }
  } else if (protocol !== 'https:') {
    const mend = 'Have a proxy speak https for it, and write PUBLIC_URL with https://.';
    return [fault('PUBLIC_URL', `${url} is not encrypted: others could read what people write.`, mend)];
  }
  return [reached(url, answer)];
}

function reached(url: string, answer: NonNullable<SiteAnswer>): Finding {
  if ('failed' in answer) return unreached(url, answer.failed);
  if (answer.status >= 300 && answer.status < 400)
    return doubt(
      'PUBLIC_URL',
      `${url} sends people on to another address.`,
      'Set PUBLIC_URL to where it leads in the end.',
    );
  if (answer.ours) return ok('PUBLIC_URL', `${url} answers.`);
  const mend = 'Let PUBLIC_URL, or the proxy that stands there, lead to this program.';
  return fault('PUBLIC_URL', `At ${url} something else answers (${answer.status} to /healthz).`, mend);
}

function unreached(url: string, code: string): Finding {
  if (code === 'ECONNREFUSED')
    return fault('PUBLIC_URL', `Nobody answers at ${url}.`, 'Start the program, or the proxy in front of it.');
  if (code === 'ENOTFOUND')
    return fault('PUBLIC_URL', `The name of ${url} does not exist.`, 'Give it an A record, or mend PUBLIC_URL.');
  if (/CERT|SELF_SIGNED|ALTNAME|ISSUER|UNABLE_TO|ERR_SSL|ERR_TLS/.test(code))
    return fault('PUBLIC_URL', `The certificate of ${url} does not hold (${code}).`, 'Have it renewed, for that name.');
  if (['EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', NO_NETWORK].includes(code)) return unseen('PUBLIC_URL');
  // From behind a router one's own public address often cannot be reached.
  return doubt(
    'PUBLIC_URL',
    `${url} does not answer from here (${code}).`,
    'Open it from another network, such as a phone’s.',
  );
}

const TOO_MUCH = 5 * 60_000;
const WRITTEN = /\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/;

/** Whether our clock is right, beside that of our site’s front and of a relay that says the time when it greets. */
export function clock({ outside }: Visit, siteAnswer: SiteAnswer, relayAnswer: RelayAnswer): Finding[] {
  const clocks = [
    ['PUBLIC_URL', siteAnswer && 'date' in siteAnswer ? siteAnswer.date : null],
    ['the relay', relayAnswer && 'greeting' in relayAnswer ? WRITTEN.exec(relayAnswer.greeting)?.[0] : null],
  ] as const;
  const seen = clocks.flatMap(([whose, written]) => {
    const time = Date.parse(written ?? '');
    return Number.isNaN(time) ? [] : [{ whose, off: outside.now() - time }];
  });
  const worst = seen.sort((a, b) => Math.abs(b.off) - Math.abs(a.off))[0];
  if (!worst) return [];
  if (Math.abs(worst.off) <= TOO_MUCH)
    return [ok('clock', `The clock agrees with that of ${seen.map(({ whose }) => whose).join(' and ')}.`)];
  const minutes = Math.round(Math.abs(worst.off) / 60_000);
  const says = `The clock is ${minutes} minutes ${worst.off > 0 ? 'ahead of' : 'behind'} that of ${worst.whose}.`;
  return [
    fault('clock', says, 'Have the clock set by the network (NTP): links expire by it, and mail is dated by it.'),
  ];
}
