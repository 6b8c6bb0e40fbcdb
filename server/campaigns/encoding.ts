/** A file that cannot be read surely: why, and what mends it. `line` counts from 1, where it is known. */
export class ReadFault extends Error {
  readonly line: number | null;
  constructor(reason: string, line: number | null = null) {
    super(reason);
    this.line = line;
  }
}

/** A file's text, and where it was not plain UTF-8 a sentence about how it was read. */
export type Decoded = { text: string; doubt: string | null };

const SAVE_AS = 'Save it as UTF-8 (in a spreadsheet: "CSV UTF-8") and try again.';

/** The characters of Windows-1252 for the bytes 0x80 to 0x9f; a dot where there is none. */
const UPPER = '€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ';
const UNDEFINED = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * The text of a file in UTF-8, in UTF-16 with its byte order mark, or in Windows-1252 where it can be nothing else we
 * know. UTF-8 that was encoded twice is mended where all of it was.
 * @throws ReadFault where it cannot be read surely
 */
export function decode(bytes: Uint8Array): Decoded {
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]))
    throw new ReadFault(`It is a zip file or spreadsheet (.xlsx), not text. ${SAVE_AS}`);
  const { text, doubt } = decodeBytes(bytes);
  const nul = text.indexOf('\0');
  if (nul >= 0 && isBareUtf16(bytes))
    throw new ReadFault(
      `It looks like UTF-16 without the mark at its beginning, so its letters cannot be told surely. ${SAVE_AS}`,
    );
  if (nul >= 0) throw new ReadFault(`It holds NUL characters, so it is no plain text. ${SAVE_AS}`, lineAt(text, nul));
  const lost = text.indexOf('\ufffd');
  if (lost < 0) return { text, doubt };
  const reason = `It holds the sign "\ufffd": a letter was lost when it was saved. Write that letter anew.`;
  throw new ReadFault(reason, lineAt(text, lost));
}

/** Whether most of every second byte is nothing, as in UTF-16 of Latin letters. */
function isBareUtf16(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  start.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  return zeros.some((count) => count > start.length / 4);
}

/** The line of a place in a text, counted from 1; LF, CRLF and CR end lines. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n?|\n/).length;
}

function decodeBytes(bytes: Uint8Array): Decoded {
  if (startsWith(bytes, [0xff, 0xfe])) return utf16('utf-16le', bytes);
  if (startsWith(bytes, [0xfe, 0xff])) return utf16('utf-16be', bytes);
  const text = strictly('utf-8', bytes);
  return text === null ? windows1252(bytes) : once(text);
}

function startsWith(bytes: Uint8Array, start: number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** Null where the bytes are not of that encoding; without a byte order mark. */
function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function utf16(encoding: string, bytes: Uint8Array): Decoded {
  const text = strictly(encoding, bytes);
  if (text === null) throw new ReadFault(`It begins as UTF-16 does, but is damaged. ${SAVE_AS}`);
  return { text, doubt: 'It was read as UTF-16. An export writes UTF-8.' };
}

// What real Windows-1252 hardly ever holds, and other one-byte encodings read as it often do: four accented letters in a row
// (Cyrillic, Greek, Chinese), a sign within a word (Central European, DOS), a capital after a small letter (Macintosh).
const FOREIGN = /[À-ÖØ-öø-ÿŠŒŽšœžŸƒ]{4}|\p{L}[‚„…†‡ˆ‰‹•˜™›€¡-©«¬®-³µ¶¸¹»-¿×÷“”]\p{L}|[a-z][À-ÖØ-ÞŠŒŽŸ]/u;

function windows1252(bytes: Uint8Array): Decoded {
  const at = bytes.findIndex((byte) => UNDEFINED.has(byte));
  const text = new TextDecoder('windows-1252').decode(bytes);
  const foreign = at >= 0 ? at : text.search(FOREIGN);
  if (foreign >= 0) {
    const reason = `It is neither UTF-8 nor, by the look of it, Windows-1252: which letters are meant cannot be told. ${SAVE_AS}`;
    throw new ReadFault(reason, lineAt(text, foreign));
  }
  const words = [...new Set(text.match(/\p{L}*(?!\p{ASCII})\p{L}+/gu))].slice(0, 3).join(', ');
  const look = words ? ` Look whether the accents are right: ${words}.` : '';
  return { text, doubt: `It was read as Windows-1252.${look} An export writes UTF-8.` };
}

// Characters that make one when taken as bytes: "Ã©", "â€™". Not those that end with what may well stand there by itself.
const TWICE = /[\u00c2-\u00df][\u0080-\u009f¡-ª¬-º¼-¿€‚ƒ„†‡ˆ‰ŠŒŽ•˜™šœžŸ]|â€[\u0080-\u00bf‚„…†˜™šœžŸ“”•–—]|ï¿½/u;

/** Undoes a second encoding where the whole text bears it; where only a part does, nobody can say which. */
function once(text: string): Decoded {
  const plain = text.replace(/^\ufeff/, '');
  const mended = undone(plain);
  if (mended !== null && undone(mended) === null) {
    return {
      text: mended.replace(/^\ufeff/, ''),
      doubt: 'It had been encoded as UTF-8 twice ("Ã©" for "é"), and was mended.',
    };
  }
  const found = TWICE.exec(plain);
  if (!found && mended === null) return { text: plain, doubt: null };
  const word = `"${found?.[0] ?? ''}"`;
  const reason = `A part of it was encoded as UTF-8 twice: ${word} stands where one letter should. Mend these and try again.`;
  throw new ReadFault(reason, found && lineAt(plain, found.index));
}

/** The text whose UTF-8 bytes were read as Windows-1252; null where that cannot be. */
function undone(text: string): string | null {
  if (!/[^\p{ASCII}]/u.test(text)) return null;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) {
    const byte = byteOf(text[i] ?? '');
    if (byte === null) return null;
    bytes[i] = byte;
  }
  return strictly('utf-8', bytes);
}

function byteOf(char: string): number | null {
  const code = char.charCodeAt(0);
  if (code <= 0xff) return code;
  const upper = UPPER.indexOf(char);
  return upper < 0 ? null : 0x80 + upper;
}
