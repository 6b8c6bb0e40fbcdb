import { bech32 } from '@scure/base';

/** Whether a text is the public half of an age key: Bech32 with a checksum, so that a mistyped one is noticed (https://age-encryption.org/v1). */
export function isContactKey(text: string): boolean {
  const read = bech32.decodeUnsafe(text);
  return read?.prefix === 'age' && bech32.fromWordsUnsafe(read.words)?.length === 32;
}

/** A file that only the private half of `key` opens, by the ordinary `age` program. */
export async function sealContact(key: string, text: string): Promise<Buffer> {
  // Loaded with the first contact: it takes a tenth of a second, and most campaigns ask for none.
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(key);
  return Buffer.from(await encrypter.encrypt(text));
}
