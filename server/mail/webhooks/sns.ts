import { Agent, get } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import SnsPayloadValidator from 'sns-payload-validator';
import { z } from 'zod';
import { Refusal } from '../../domain/errors.ts';
import { json, type Reading, sameText, shaped, type Vendor, word } from './notice.ts';
import { readSes } from './ses.ts';

const HOUR = 3_600_000;
const AHEAD = 5 * 60_000;
const PATIENCE = 5_000;

const Envelope = z.looseObject({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().min(1).max(200),
  TopicArn: word,
  Subject: word.nullish(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: word,
  SigningCertURL: word,
  SubscribeURL: word.optional(),
  Token: word.optional(),
});
type Envelope = z.infer<typeof Envelope>;

/** How Amazon is reached: for certificates and to complete a subscription, a few connections at a time. */
export function openAmazonAgent(): Agent {
  return new Agent({ maxSockets: 4 });
}

/**
 * Amazon SNS over HTTPS (docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages"), for the one topic
 * that is set. SNS tries again for at most an hour, so what is older is not its own repeat.
 */
export function openSns(topic: string, agent: Agent = openAmazonAgent()): Vendor {
  const verify = openVerifier(agent);
  return {
    span: HOUR + AHEAD,
    async read({ body }, now) {
      const envelope = shaped(Envelope, json(body, 'malformed-request'), 'not-signed');
      // First of all: a stranger's topic is signed by Amazon just as well.
      if (!sameText(envelope.TopicArn, topic)) throw new Refusal('not-signed');
      await verify(envelope);
      const age = now - Date.parse(envelope.Timestamp);
      const fresh = age <= HOUR && age >= -AHEAD;
      return { id: envelope.MessageId, fresh, notices: [], ...(fresh ? contents(envelope, agent) : {}) };
    },
  };
}

function contents(envelope: Envelope, agent: Agent): Partial<Reading> {
  if (envelope.Type === 'UnsubscribeConfirmation') return { unsubscribed: true };
  if (envelope.Type === 'SubscriptionConfirmation') {
    const url = subscription(envelope.SubscribeURL);
    return { subscribe: () => fetchOnce(url, agent) };
  }
  // What SES sends, as plain text, to try a topic that was just set.
  if (envelope.Message.startsWith('Successfully validated SNS topic')) return {};
  return { notices: readSes(json(envelope.Message, 'invalid-input')) };
}

/**
 * The library pins the host the certificate may come from and checks the signature. It keeps whatever came as a
 * certificate, so after a signature that did not fit it starts anew; and it waits for ever, so it is waited for here.
 */
function openVerifier(agent: Agent): (envelope: Envelope) => Promise<void> {
  const open = () => new SnsPayloadValidator({ requestAgent: agent, maxCerts: 10 });
  let validator = open();
  return async (envelope) => {
    const over = new AbortController();
    try {
      const late = wait(PATIENCE, null, { signal: over.signal, ref: false }).then(() => {
        agent.destroy();
        throw new Refusal('unavailable');
      });
      await Promise.race([validator.validate(envelope as SnsPayloadValidator.SnsPayload), late]);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // Amazon could not be reached: not the sender's fault, and worth another try.
      if (error instanceof Error && 'code' in error) throw new Refusal('unavailable');
      validator = open();
      throw new Refusal('not-signed');
    } finally {
      over.abort();
    }
  };
}

/** The address that completes a subscription: Amazon's own, or none. */
export function subscription(url: string | undefined): URL {
  const parsed = URL.parse(url ?? '');
  const isAmazon =
    parsed?.protocol === 'https:' &&
    parsed.port === '' &&
    parsed.username === '' &&
    /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/.test(parsed.hostname);
  if (!parsed || !isAmazon) throw new Refusal('invalid-input', {}, [{ field: 'SubscribeURL', fault: 'fault.type' }]);
  return parsed;
}

/** Asks once, follows nothing, and reads nothing of the answer but its status. */
function fetchOnce(url: URL, agent: Agent): Promise<void> {
  return new Promise((done, failed) => {
    const request = get(url, { agent, signal: AbortSignal.timeout(PATIENCE) }, (answer) => {
      answer.destroy();
      if (answer.statusCode === 200) done();
      else failed(new Refusal('unavailable'));
    });
    request.on('error', () => failed(new Refusal('unavailable')));
  });
}
