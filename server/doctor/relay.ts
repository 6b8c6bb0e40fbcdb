import type { Config } from '../config.ts';
import { type Probed, ProbeFailed, placeOf, probeRelay } from '../mail/probe.ts';
import { smtpOptions } from '../mail/smtp.ts';
import { ask, doubt, type Finding, fault, ok, unseen, type Visit } from './finding.ts';

const DAY = 24 * 3600 * 1000;
const SOON = 14 * DAY;

/** What came of speaking with the mail server of SMTP_URL; null where there is none. */
export type RelayAnswer = Probed | ProbeFailed | null;

/** How the outbox speaks with the mail server. */
function optionsOf({ smtpUrl, smtpTls }: Config) {
  return smtpOptions(smtpUrl ?? '', smtpTls);
}

export async function askRelay({ config, outside }: Visit): Promise<RelayAnswer> {
  if (!config.smtpUrl) return null;
  try {
    return await probeRelay(optionsOf(config), outside.patience);
  } catch (error) {
    if (error instanceof ProbeFailed) return error;
    throw error;
  }
}

/** Whether letters can be handed over: name, connection, encryption, certificate, login. */
export async function relay(visit: Visit, answer: RelayAnswer): Promise<Finding[]> {
  if (!answer) return [];
  const options = optionsOf(visit.config);
  const place = placeOf(options);
  if (answer instanceof ProbeFailed) return [await failed(visit, answer, place)];
  const how = [answer.secure ? 'encrypted' : 'not encrypted', answer.signedIn ? 'login works' : 'without a login'];
  return [
    ok('relay', `${place} takes our mail: ${how.join(', ')}.`),
    ...certificate(visit, answer, options.requireTLS === true),
  ];
}

function certificate({ outside }: Visit, { until }: Probed, verified: boolean): Finding[] {
  if (until === null) return [];
  const left = until - outside.now();
  const day = new Date(until).toISOString().slice(0, 10);
  const renew = 'Have it renewed in time: when it is over, letters wait.';
  if (left > SOON) return [ok('certificate', `The relay’s certificate is good until ${day}.`)];
  if (left > 0) return [doubt('certificate', `The relay’s certificate ends on ${day}.`, renew)];
  // A relay that is not verified, on this machine, may show what it likes.
  return verified ? [doubt('certificate', `The relay’s certificate ended on ${day}.`, renew)] : [];
}

const UNREACHABLE = ['ENETUNREACH', 'EHOSTUNREACH', 'EAI_AGAIN', 'ENETDOWN'];

async function failed({ outside }: Visit, { step, code, message }: ProbeFailed, place: string): Promise<Finding> {
  const found = (says: string, mend: string) => fault('relay', says, mend);
  if (UNREACHABLE.includes(code)) return unseen('relay');
  switch (step) {
    case 'name':
      // Throws where no name at all can be looked up.
      await ask(outside, place.slice(0, place.lastIndexOf(':')), 'A');
      return found(`The host of SMTP_URL, ${place}, does not exist.`, 'Mend the name in SMTP_URL.');
    case 'connection':
      return code === 'ECONNREFUSED'
        ? found(
            `Nobody answers at ${place}.`,
            'Mend the port in SMTP_URL (587 or 465 as a rule), or start that mail server.',
          )
        : found(
            `${place} does not answer in time (${code || 'no reason given'}).`,
            'Mend SMTP_URL, or open the firewall; many providers shut port 25: use 587 or 465.',
          );
    case 'greeting':
      return found(
        `${place} answers, but not as a mail server should: ${message}`,
        'Mend SMTP_URL, or ask who runs that server.',
      );
    case 'encryption':
      return found(
        `${place} offers no encryption that can be used: ${message}`,
        'Write smtps:// for port 465 and smtp:// for 587; SMTP_TLS=optional only within a network of your own.',
      );
    case 'certificate':
      return found(
        `The certificate of ${place} does not hold: ${message} (${code}).`,
        'Write the name that its certificate has into SMTP_URL, or have the certificate mended.',
      );
    case 'login':
      return found(
        `${place} refuses the login: ${message}`,
        'Mend user and password in SMTP_URL; there @ is written %40, : is %3A and / is %2F.',
      );
  }
}
