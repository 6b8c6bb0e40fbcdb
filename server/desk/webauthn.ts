import { isIP } from 'node:net';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { SPANS } from '../domain/states.ts';
import { parseJson } from '../http/bodies.ts';
import type { Parts } from '../parts.ts';
import type { Passkey } from '../store/passkeys.ts';

type KeyParts = Pick<Parts, 'vault' | 'now' | 'publicUrl'>;

/** Where passkeys belong: the page they are used on, and its name, by which authenticators keep them. */
export type KeyPlace = { origin: string; rpId: string };
/** What an authenticator answered to, as {@link Parts.vault} gave it out. */
export type Challenge = { number: Buffer; expiresAt: number };
export type NewKey = { id: string; publicKey: string; transports: string[]; counter: number; challenge: Challenge };

/** ES256, EdDSA and RS256, as COSE numbers them: every authenticator knows one of them. */
const ALGORITHMS = [-7, -8, -257];
/** As far as the column of a counter goes in every database; none was ever seen that counted so far. */
const HIGHEST = 2 ** 31 - 1;

/** It takes most of a second to load, and most starts never need it. */
const library = () => import('@simplewebauthn/server');

/**
 * Where this installation's passkeys belong, by its public address and never by what a request says; null where it can
 * have none: browsers want a name, and https unless it is this machine itself (WebAuthn 3, 5.1.2; Secure Contexts, 3.1).
 */
export function keyPlace({ publicUrl }: Pick<Parts, 'publicUrl'>): KeyPlace | null {
  const { protocol, hostname, origin } = new URL(publicUrl());
  const isSafe = protocol === 'https:' || hostname === 'localhost';
  return isSafe && isIP(hostname.replace(/[[\]]/g, '')) === 0 ? { origin, rpId: hostname } : null;
}

/** By what an authenticator tells its owners apart: the campaigner's id, which says nothing of the person. */
const handleOf = (campaigner: string) => Buffer.from(campaigner, 'hex').toString('base64url');

/** What a browser needs to make a passkey, to be answered from the same session; `known` are those they have already. */
export function creationOptions(
  parts: KeyParts,
  { rpId }: KeyPlace,
  { id, name }: { id: string; name: string },
  session: string,
  known: readonly { id: string }[],
): PublicKeyCredentialCreationOptionsJSON {
  return {
    rp: { id: rpId, name: 'Dear Minister' },
    // Their name, not their address: it is kept by the authenticator, and by whoever keeps a copy of it.
    user: { id: handleOf(id), name, displayName: name },
    challenge: newChallenge(parts, session),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: SPANS.challenge,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    excludeCredentials: known.map(({ id }) => ({ type: 'public-key', id })),
  };
}

/** What a browser needs to sign in with whichever passkey its owner chooses. */
export function requestOptions(parts: KeyParts, { rpId }: KeyPlace): PublicKeyCredentialRequestOptionsJSON {
  return { challenge: newChallenge(parts, ''), rpId, timeout: SPANS.challenge, userVerification: 'required' };
}

const about = (session: string) => `passkey ${session}`;
const newChallenge = ({ vault, now }: KeyParts, session: string) =>
  vault.newTicket(about(session), now() + SPANS.challenge);

const part = z.string().regex(/^[\w-]+$/);
const credential = { id: part.max(1364), rawId: part, type: z.literal('public-key') };
const Created = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: part,
    attestationObject: part,
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
});
const Asserted = z.object({
  ...credential,
  response: z.object({ clientDataJSON: part, authenticatorData: part, signature: part, userHandle: part }),
});
export type Assertion = z.infer<typeof Asserted>;
const ClientData = z.object({ challenge: part });

function read<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(parseJson(text));
  } catch {
    // No JSON, or another one: it fits as little as a wrong signature does.
    return null;
  }
}

/** A browser's answer to {@link requestOptions}, not yet believed; null where it is none. */
export const readAssertion = (text: string): Assertion | null => read(Asserted, text);

/** The challenge that somebody says they answered, if we gave it out for this and its time is not over. */
export function challengeOf(
  { vault, now }: KeyParts,
  { response }: { response: { clientDataJSON: string } },
  session = '',
): Challenge | null {
  const data = read(ClientData, Buffer.from(response.clientDataJSON, 'base64url').toString());
  return data && vault.readTicket(data.challenge, about(session), now());
}

/** A browser's answer to {@link creationOptions} as a new passkey; null where anything about it does not hold. */
export async function readNewKey(
  parts: KeyParts,
  { origin, rpId }: KeyPlace,
  text: string,
  session: string,
): Promise<NewKey | null> {
  const answer = read(Created, text);
  const challenge = answer && challengeOf(parts, answer, session);
  if (!challenge) return null;
  const { verifyRegistrationResponse } = await library();
  const { registrationInfo } = await verifyRegistrationResponse({
    response: { ...answer, clientExtensionResults: {} } as RegistrationResponseJSON,
    expectedChallenge: () => true, // it was read above
    expectedOrigin: origin,
    expectedRPID: rpId,
    supportedAlgorithmIDs: ALGORITHMS,
    requireUserVerification: true,
  }).catch(() => ({ registrationInfo: undefined }));
  if (!registrationInfo || registrationInfo.credential.counter > HIGHEST) return null;
  const { id, publicKey, counter } = registrationInfo.credential;
  const { transports } = answer.response;
  return { id, publicKey: Buffer.from(publicKey).toString('base64url'), transports, counter, challenge };
}

/**
 * Whether a passkey of a campaigner signed an answer, here and with its owner verified (WebAuthn 3, 7.2). Gives where its
 * counter stands, which the caller compares; null where anything does not hold. The challenge is the caller's to check.
 */
export async function counterOf(
  { vault }: KeyParts,
  { origin, rpId }: KeyPlace,
  answer: Assertion,
  passkey: Passkey,
): Promise<number | null> {
  const about = vault.openPasskey(passkey);
  if (!about || answer.response.userHandle !== handleOf(passkey.campaigner)) return null;
  const { verifyAuthenticationResponse } = await library();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...answer, clientExtensionResults: {} } as AuthenticationResponseJSON,
    expectedChallenge: () => true,
    expectedOrigin: origin,
    expectedRPID: rpId,
    // 0: the library would refuse a counter before it has looked at the signature, and anybody could say such a number.
    credential: { id: passkey.id, publicKey: new Uint8Array(Buffer.from(about.publicKey, 'base64url')), counter: 0 },
    requireUserVerification: true,
  }).catch(() => ({ verified: false, authenticationInfo: null }));
  const counter = authenticationInfo?.newCounter ?? 0;
  return verified && counter <= HIGHEST ? counter : null;
}
