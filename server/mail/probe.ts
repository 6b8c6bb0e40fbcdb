import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { LineOptions } from './lines.ts';
import { scrub } from './mailer.ts';

/** How far a conversation went. `until`: when the certificate ends, in milliseconds since 1970; null without TLS. */
export type Probed = { secure: boolean; until: number | null; greeting: string; signedIn: boolean };

export type ProbeStep = 'name' | 'connection' | 'greeting' | 'encryption' | 'certificate' | 'login';

/** The step that failed, the code of the system's error, and what the server answered, without addresses. */
export class ProbeFailed extends Error {
  readonly step: ProbeStep;
  readonly code: string;
  constructor(step: ProbeStep, code: string, answer: string) {
    super(answer);
    this.step = step;
    this.code = code;
  }
}

type SmtpError = Error & { code?: string; originalCode?: string; command?: string; response?: string; reason?: string };

/** Speaks with a mail server up to the login, and takes leave: no mail is sent. @throws ProbeFailed */
export async function probeRelay({ auth, ...options }: LineOptions, patience: number): Promise<Probed> {
  const heard: string[] = [];
  const note = (entry: object, text: string) => {
    if ((entry as { tnx?: string }).tnx === 'server') heard.push(text);
  };
  const times = {
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
  };
  const line = new SMTPConnection({
    ...options,
    ...times,
    socketCloseTimeout: 0,
    transactionLog: true,
    logger: {
      trace: note,
      debug: note,
      info: note,
      warn: note,
      error: note,
      fatal: note,
      level: () => 'debug',
    } as never,
  });
  try {
    await step(line, (done) => line.connect(done));
    const socket = (line as unknown as { _socket: unknown })._socket;
    const until = socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : null;
    if (auth) await step(line, (done) => line.login({ ...auth }, done));
    line.quit();
    return { secure: line.secure, until, greeting: scrub(heard[0] ?? ''), signedIn: Boolean(auth) };
  } catch (error) {
    throw failure(
      error as SmtpError,
      [auth?.user, auth?.pass].filter((secret) => secret !== undefined),
    );
  } finally {
    line.close();
  }
}

/** One step of the conversation: its errors come by the callback or as an event. */
function step(line: SMTPConnection, begin: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    line.on('error', reject);
    begin((error) => (error ? reject(error) : resolve()));
  });
}

function failure(error: SmtpError, secrets: string[]): ProbeFailed {
  const code = error.originalCode ?? error.code ?? '';
  return new ProbeFailed(stepOf(error, code), code, scrub(error.response ?? error.message, secrets));
}

function stepOf({ code, command, reason }: SmtpError, original: string): ProbeStep {
  if (code === 'EDNS') return 'name';
  if (code === 'EAUTH' || command?.startsWith('AUTH')) return 'login';
  if (code === 'ETLS' || original.startsWith('ERR_SSL') || reason === 'wrong version number') return 'encryption';
  if (/CERT|SELF_SIGNED|ALTNAME|ISSUER|UNABLE_TO/.test(original)) return 'certificate';
  if (code === 'EPROTOCOL' || code === 'ECONNECTION') return 'greeting';
  return 'connection';
}

/** The host and port that are spoken to, as a person writes them. */
export function placeOf({ host, port, secure }: LineOptions): string {
  const name = host && isIP(host) === 6 ? `[${host}]` : host;
  return `${name}:${port ?? (secure ? 465 : 587)}`;
}
