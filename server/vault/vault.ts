import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { canonicalAddress } from '../domain/address.ts';
import { keyFor, seal, unseal } from './boxes.ts';
import { type Keys, KeysFault, type Series } from './keys.ts';

/** The three secrets of a submission: the link's token, the open page's handle, the code to type; and its own key. */
export type Secrets = { token: string; handle: string; code: string; key: string };

/** A box, and the name of the day key it is sealed by: null where it is sealed under somebody's link. */
export type DayBox = { box: Buffer | null; dayKey: string | null };

/**
 * Stands before whatever a day key seals. SQLite moves rows about within its pages and leaves pieces of old copies
 * behind, which secure_delete does not see; what is beyond a page's length lies on pages of its own, which are never
 * moved and are overwritten when they are freed. So what may be left of an erased letter is a piece of this, and never
 * of the letter. (https://www.sqlite.org/fileformat2.html, 1.6: at most usable size - 35 bytes of a row stay in its leaf.)
 */
const PADDING = Buffer.alloc(4096);

/** Seals and opens personal data, and makes tokens and fingerprints. Nothing else sees the secret key or the keys that end. */
export function openVault(secretKey: string, keys: Keys) {
  const serverKey = keyFor(secretKey, 'boxes');
  const ticketKey = keyFor(secretKey, 'tickets');
  const returnKey = keyFor(secretKey, 'return-path');
  const deskKey = keyFor(secretKey, 'desk');

  /** Sealed by a key of the day of `now` (ms), which is destroyed when nothing that it sealed waits any more. */
  function sealBytes(series: Series, context: string, bytes: Buffer, now: number): DayBox & { box: Buffer } {
    const { id, key } = keys.ofDay(series, now);
    return { box: seal(key, context, Buffer.concat([PADDING, bytes])), dayKey: id };
  }

  /** Opens what {@link sealBytes} made; null where its key has been destroyed, or it is not this box. */
  function openBytes(context: string, { box, dayKey }: DayBox): Buffer | null {
    // Sealed before there were day keys: by the server's own.
    const key = dayKey === null ? serverKey : keys.read(dayKey);
    const bytes = box && key ? unseal(key, context, box) : null;
    return bytes && withoutPadding(bytes);
  }

  /** @throws KeysFault where the campaign's key is not there: by another one everybody would count as new */
  function mark(campaign: string, what: string, address: string): Buffer {
    const key = keys.ofCampaign(campaign);
    if (!key) throw new KeysFault('ENOENT');
    return createHmac('sha256', key)
      .update(`${what}\n${canonicalAddress(address)}`)
      .digest();
  }

  return {
    sealBytes,
    sealJson: (context: string, value: unknown, now: number): DayBox =>
      sealBytes('letters', context, Buffer.from(JSON.stringify(value)), now),
    openBytes,
    openJson: <T>(context: string, row: DayBox): T | null => parse<T>(openBytes(context, row)),

    newSecrets: (): Secrets => ({
      token: newToken(),
      handle: newToken(),
      code: String(randomInt(0, 1_000_000)).padStart(6, '0'),
      key: newToken(),
    }),
    newId: (): string => randomBytes(16).toString('hex'),
    lookup,

    /** Sealed under the mailed token, and under page and typed code together: from here on the server cannot open it. */
    sealForSender(id: string, secrets: Secrets, value: unknown): { box: Buffer; tokenLock: Buffer; codeLock: Buffer } {
      const key = Buffer.from(secrets.key, 'base64url');
      return {
        box: seal(key, `submission ${id}`, Buffer.from(JSON.stringify(value))),
        tokenLock: seal(keyFor(secrets.token, 'submission'), id, key),
        codeLock: seal(keyFor(secrets.handle + secrets.code, 'submission'), id, key),
      };
    },
    /** The submission's own key out of one of its locks; null where token or code is not the right one. */
    openTokenLock: (id: string, token: string, lock: Buffer): string | null =>
      unseal(keyFor(token, 'submission'), id, lock)?.toString('base64url') ?? null,
    openCodeLock: (id: string, handle: string, code: string, lock: Buffer): string | null =>
      unseal(keyFor(handle + code, 'submission'), id, lock)?.toString('base64url') ?? null,
    openForSender: <T>(id: string, key: string, box: Buffer): T | null =>
      parse<T>(unseal(Buffer.from(key, 'base64url'), `submission ${id}`, box)),

    /** The token of a letter's status page: it follows from the submission's key, so a repeat gives the same. */
    statusToken: (key: string, recipient: string): string =>
      keyFor(Buffer.from(key, 'base64url'), `status ${recipient}`).toString('base64url'),
    /** Sealed under a status link alone. */
    sealUnder: (token: string, context: string, value: unknown): Buffer =>
      seal(keyFor(token, 'letter'), context, Buffer.from(JSON.stringify(value))),

    openUnder: <T>(token: string, context: string, box: Buffer): T | null =>
      parse<T>(unseal(keyFor(token, 'letter'), context, box)),

    keys,
    /** Signs work that callers are asked for. */
    workSecret: keyFor(secretKey, 'work').toString('hex'),
    /** What makes a person unique in a campaign, and each of their letters; without the campaign's key it tells nothing. */
    personMark: (campaign: string, address: string): Buffer => mark(campaign, 'person', address),
    letterMark: (campaign: string, recipient: string, address: string): Buffer =>
      mark(campaign, `letter ${recipient}`, address),

    newToken,
    /** By what a campaigner's row is found from an address. */
    campaignerMark: (email: string): Buffer => mac(deskKey, 'campaigner', Buffer.from(canonicalAddress(email))),
    /** A campaigner's name and address, which the server must be able to read as long as they work here. */
    sealCampaigner: (mark: Buffer, about: CampaignerBox): Buffer =>
      seal(deskKey, `campaigner ${mark.toString('hex')}`, Buffer.from(JSON.stringify(about))),
    openCampaigner: ({ mark, box }: { mark: Buffer; box: Buffer }): CampaignerBox | null =>
      parse<CampaignerBox>(unseal(deskKey, `campaigner ${mark.toString('hex')}`, box)),
    /** What is known of a passkey; bound to whose it is, so that whoever writes into the database cannot give it to another. */
    sealPasskey: ({ id, campaigner }: PasskeyOf, about: PasskeyBox): Buffer =>
      seal(deskKey, `passkey ${id} ${campaigner}`, Buffer.from(JSON.stringify(about))),
    openPasskey: ({ id, campaigner, box }: PasskeyOf & { box: Buffer }): PasskeyBox | null =>
      parse<PasskeyBox>(unseal(deskKey, `passkey ${id} ${campaigner}`, box)),
    /** What signs messages to another program, as Standard Webhooks spells it. */
    newSigningSecret: (): string => `whsec_${randomBytes(32).toString('base64')}`,
    /** The address of another program, which may hold a token, and what signs messages to it. */
    sealHook: ({ id, campaign }: HookOf, about: HookBox): Buffer =>
      seal(deskKey, `hook ${id} ${campaign}`, Buffer.from(JSON.stringify(about))),
    openHook: ({ id, campaign, box }: HookOf & { box: Buffer }): HookBox | null =>
      parse<HookBox>(unseal(deskKey, `hook ${id} ${campaign}`, box)),
    /** What every form of a session carries, so that no stranger's page can send one in its name. */
    formKey: (session: string): string => mac(deskKey, 'form', Buffer.from(session)).toString('base64url'),

    /** A ticket that can be spent once until `expiresAt` (ms), bound to what it counts. */
    newTicket(about: string, expiresAt: number): string {
      const body = Buffer.concat([randomBytes(16), moment(expiresAt)]);
      return Buffer.concat([body, mac(ticketKey, about, body)]).toString('base64url');
    },
    /** The ticket's number and last moment, if it is ours, for this, and not over. */
    readTicket(ticket: string, about: string, now: number): { number: Buffer; expiresAt: number } | null {
      const bytes = Buffer.from(ticket, 'base64url');
      if (bytes.length !== 38) return null;
      const body = bytes.subarray(0, 22);
      if (!timingSafeEqual(bytes.subarray(22), mac(ticketKey, about, body))) return null;
      const expiresAt = body.readUIntBE(16, 6);
      return expiresAt >= now ? { number: body.subarray(0, 16), expiresAt } : null;
    },

    /** The local part of a mail's return path: what it is, its id, and a signature, in lower-case hex (servers fold case). */
    returnPath: (of: ReturnOf, id: string): string => `${RETURN[of]}+${id}${returnMac(returnKey, of, id)}`,
    /** Which mail an address that was written to is the return path of; null where we did not sign it. */
    readReturnPath(address: string): { of: ReturnOf; id: string } | null {
      const [, kind, id, signature] = /^([bc])\+([0-9a-f]{32})([0-9a-f]{20})(?:@|$)/.exec(address.toLowerCase()) ?? [];
      const of: ReturnOf = kind === 'b' ? 'letter' : 'confirmation';
      if (!id || !signature) return null;
      return timingSafeEqual(Buffer.from(signature), Buffer.from(returnMac(returnKey, of, id))) ? { of, id } : null;
    },
  };
}
type HookOf = { id: string; campaign: string };
/** A secret, and until when (ms) it signs; null: until there is another one. */
export type HookSecret = { secret: string; until: number | null };
export type HookBox = { address: string; secrets: HookSecret[] };
export type CampaignerBox = { name: string; email: string };
type PasskeyOf = { id: string; campaigner: string };
/** `publicKey` is in base64url; `transports` say how its authenticator is reached. */
export type PasskeyBox = { name: string; publicKey: string; transports: string[] };
export type Vault = ReturnType<typeof openVault>;

/** What comes back: a letter that was sent, or a mail that asked for confirmation. */
export type ReturnOf = 'letter' | 'confirmation';
const RETURN = { letter: 'b', confirmation: 'c' } as const;

function returnMac(key: Buffer, of: ReturnOf, id: string): string {
  return mac(key, of, Buffer.from(id)).subarray(0, 10).toString('hex');
}

/** How a row is found by a token without keeping the token. Tokens are random, so a plain hash tells nothing. */
export function lookup(token: string): Buffer {
  return createHash('sha256').update(`lookup ${token}`).digest().subarray(0, 16);
}

/** 256 random bits, fit for an address. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function mac(key: Buffer, about: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(about).update('\0').update(body).digest().subarray(0, 16);
}

function moment(ms: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(ms, 0, 6);
  return bytes;
}

/** Boxes made before there was padding have none; neither JSON nor mail begins with NUL. */
function withoutPadding(bytes: Buffer): Buffer {
  return bytes.subarray(0, PADDING.length).equals(PADDING) ? bytes.subarray(PADDING.length) : bytes;
}

function parse<T>(bytes: Buffer | null): T | null {
  return bytes ? (JSON.parse(bytes.toString('utf8')) as T) : null;
}
