import { DeliveryRefused, type Envelope, localParts, scrub } from './mailer.ts';

type Fault = Error & { code?: string; response?: string; responseCode?: number; command?: string };

/** Replies that are about us and the mail server (RFC 4954: sign in, encrypt), so that the letter waits till it is mended. */
const ABOUT_US = [530, 534, 535, 538];
const TLS = /^ETLS$|CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|^EPROTO$/;
const TLS_WORDS = /certificate|STARTTLS|SSL routines|\bTLS\b/i;

/**
 * A mail library's error as a refusal of ours. `stage`: whether the conversation had come to this mail yet.
 * `handedOver`: whether the final dot may have been sent.
 */
export function refusalOf(
  error: unknown,
  envelope: Envelope,
  stage: 'relay' | 'mail',
  handedOver = false,
): DeliveryRefused {
  if (error instanceof DeliveryRefused) return error;
  const fault = (error instanceof Error ? error : new Error('unknown')) as Fault;
  const status = fault.responseCode ?? null;
  const answer = fault.response ?? `${fault.code ?? fault.name} ${fault.message}`;
  const reason = scrub(`${fault.command ?? 'CONN'}: ${answer}`, localParts(envelope));
  const aboutUs = stage === 'relay' || (status !== null && ABOUT_US.includes(status));
  if (aboutUs) return new DeliveryRefused(reason, { about: isAboutTls(fault) ? 'tls' : 'relay', status });
  // A 5xx to the envelope or the text is about this mail; anything without a reply may pass.
  const permanent = status !== null && status >= 500;
  const ofSender = fault.command === 'MAIL FROM';
  return new DeliveryRefused(reason, { ofSender, permanent, status, doubtful: handedOver && status === null });
}

/** Encryption was required, and the server had none, or none that can be trusted. */
function isAboutTls(fault: Fault): boolean {
  if (fault.responseCode !== undefined && fault.code !== 'ETLS') return false;
  return TLS.test(fault.code ?? '') || (fault.code === 'ESOCKET' && TLS_WORDS.test(fault.message));
}
