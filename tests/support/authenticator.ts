import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url');
const [PRESENT, VERIFIED, ATTESTED] = [1, 4, 64];

/** What an answer says; each can be wrong. */
export type Said = {
  challenge: string;
  origin: string;
  rpId: string;
  type: string;
  isVerified: boolean;
  counter: number;
  userHandle: string;
  key: KeyObject;
  id: string;
};

/** What a page asks for. */
export type Asked = { challenge: string; rpId: string; user: string };

/** Reads what a page of the desk asks an authenticator for; null where it asks for nothing. */
export function askedBy(html: string): Asked | null {
  const [, escaped] = /data-options="([^"]+)"/.exec(html) ?? [];
  if (!escaped) return null;
  const options = JSON.parse(escaped.replaceAll('&quot;', '"').replaceAll('&#x3D;', '='));
  return { challenge: options.challenge, rpId: options.rpId ?? options.rp.id, user: options.user?.id ?? '' };
}

/** An authenticator (WebAuthn 3, 6) with one key, that says what it is told to say, in JSON as browsers give it. */
export function authenticator(origin: string) {
  const id = base64(randomBytes(32));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  let owner = '';
  let count = 0;

  /** RFC 9052, 7: an EC2 key for ES256. */
  const coseKey = () =>
    Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);

  function dataOf({ rpId, isVerified, counter }: Said, attested: Buffer): Buffer {
    const head = Buffer.alloc(5);
    head[0] = PRESENT | (isVerified ? VERIFIED : 0) | (attested.length > 0 ? ATTESTED : 0);
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), head, attested]);
  }

  function said(asked: Asked, type: string, wrong: Partial<Said>): Said {
    const { challenge, rpId } = asked;
    const right = { challenge, rpId, origin, type, isVerified: true, counter: count, userHandle: owner };
    return { ...right, key: privateKey, id, ...wrong };
  }
  const client = ({ type, challenge, origin }: Said) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

  return {
    id,
    create(asked: Asked, wrong: Partial<Said> = {}): string {
      owner = asked.user;
      const answer = said(asked, 'webauthn.create', wrong);
      const raw = Buffer.from(answer.id, 'base64url');
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, raw.length]), raw, coseKey()]);
      const data = dataOf(answer, attested);
      // {"fmt": "none", "attStmt": {}, "authData": …} (RFC 8949)
      const cbor = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.from([0x58, data.length]),
        data,
      ]);
      const response = { clientDataJSON: base64(client(answer)), attestationObject: base64(cbor), transports: ['usb'] };
      return JSON.stringify({ id: answer.id, rawId: answer.id, type: 'public-key', response });
    },
    get(asked: Asked, wrong: Partial<Said> = {}): string {
      count += 1;
      const answer = said(asked, 'webauthn.get', wrong);
      const data = dataOf(answer, Buffer.alloc(0));
      const clientData = client(answer);
      const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), answer.key);
      const response = {
        clientDataJSON: base64(clientData),
        authenticatorData: base64(data),
        signature: base64(signature),
        userHandle: answer.userHandle,
      };
      return JSON.stringify({ id: answer.id, rawId: answer.id, type: 'public-key', response });
    },
  };
}
