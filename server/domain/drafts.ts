/*
 * A letter as a draft in somebody's own mail program: links that open it there, and a file. Served to browsers too, so
 * that what a sender types need not pass through the server: nothing is imported, and only what both sides have is used.
 */

/** A letter's one line of subject, and its text. */
export type DraftText = { subject: string; body: string };

/** The mail programs a draft can be opened in by a link. */
export const LINK_FORMS = ['mailto', 'gmail', 'outlook', 'outlookWork', 'yahoo', 'proton'] as const;
export type LinkForm = (typeof LINK_FORMS)[number];

type Form = {
  url(to: string, text: DraftText): string;
  /** Most characters the link may have, as `counted`. */
  room: number;
  counted: (url: string) => number;
};

const asItIs = (url: string): number => url.length;
/** As a sign-in page carries it on: encoded once more, in a parameter of its own address. */
const encodedOnceMore = (url: string): number => encode(url).length;

/** Every form and its limit in one place. None but mailto (RFC 6068) is promised by its maker: try each by hand before a release. */
const FORMS: Record<LinkForm, Form> = {
  // Windows hands on 2,046 to 2,083 characters, and of a longer link nothing at all, without a word.
  mailto: { url: mailto, room: 1800, counted: asItIs },
  // Seen to fail at 6,410. Who is not signed in comes there by way of a sign-in page, so it is counted as that one carries it.
  gmail: {
    url: (to, text) =>
      `https://mail.google.com/mail/?view=cm&fs=1&to=${address(to)}&su=${subject(text)}&body=${body(text, '\n')}`,
    room: 6000,
    counted: encodedOnceMore,
  },
  // Outlook takes far more, but the sign-in of a workplace stands before it: about 2,048 is what older forms took.
  outlook: { url: (to, text) => outlook('outlook.live.com', to, text), room: 1800, counted: asItIs },
  outlookWork: { url: (to, text) => outlook('outlook.cloud.microsoft', to, text), room: 1800, counted: asItIs },
  // Nobody has measured Yahoo: what every other program takes.
  yahoo: {
    url: (to, text) =>
      `https://compose.mail.yahoo.com/?to=${address(to)}&subject=${subject(text)}&body=${body(text, '\n')}`,
    room: 1800,
    counted: asItIs,
  },
  // After the # it stays in the browser: no server's limit, but below the 64 K at which browsers grow unsure.
  proton: {
    url: (to, text) => `https://mail.proton.me/inbox/#mailto=${encode(mailto(to, text))}`,
    room: 30_000,
    counted: asItIs,
  },
};

/** The link to a text, however long it is. */
export function linkTo(form: LinkForm, to: string, text: DraftText): string {
  return FORMS[form].url(to, text);
}

/** How many characters the link has, as its form's limit counts them, and the limit. */
export function linkRoom(form: LinkForm, url: string): { length: number; room: number } {
  return { length: FORMS[form].counted(url), room: FORMS[form].room };
}

/**
 * A link for each mail program to the whole letter, or where that does not fit to the short one, or null; and which of
 * them it carries. A letter is never cut. `to` is one plain address (RFC 5321 addr-spec).
 */
export function draftLinks(
  to: string,
  whole: DraftText,
  short: DraftText | null,
): { links: Record<LinkForm, string | null>; carries: Record<LinkForm, 'whole' | 'short' | null> } {
  const links = {} as Record<LinkForm, string | null>;
  const carries = {} as Record<LinkForm, 'whole' | 'short' | null>;
  for (const form of LINK_FORMS) {
    const long = fitting(form, to, whole);
    const brief = long === null && short ? fitting(form, to, short) : null;
    links[form] = long ?? brief;
    carries[form] = long !== null ? 'whole' : brief !== null ? 'short' : null;
  }
  return { links, carries };
}

function fitting(form: LinkForm, to: string, text: DraftText): string | null {
  const url = linkTo(form, to, text);
  const { length, room } = linkRoom(form, url);
  return length <= room ? url : null;
}

/** RFC 6068: the address in the path, spaces as %20, line breaks of the body as %0D%0A, none elsewhere. */
function mailto(to: string, text: DraftText): string {
  return `mailto:${address(to)}?subject=${subject(text)}&body=${body(text, '\r\n')}`;
}

/** Outlook drops or misreads plain parameters (a plus sign becomes a space), but reads a whole mailto. */
function outlook(host: string, to: string, text: DraftText): string {
  return `https://${host}/mail/deeplink/compose?mailtouri=${encode(mailto(to, text))}`;
}

/** Percent-encoding for every form: a space is never a plus, which several programs would show as one. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const address = (to: string): string => encode(bare(to)).replaceAll('%40', '@');
const subject = (text: DraftText): string => encode(oneLine(text.subject));
const body = (text: DraftText, lineEnd: string): string => encode(lines(text.body).join(lineEnd));

/** An address without anything that could end it, begin a second one or break a header. */
function bare(to: string): string {
  return to.replace(/[\p{Cc}\s,;<>"()]/gu, '');
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** The lines of a text. Control characters go: a NUL would end the text in many a program. */
function lines(text: string): string[] {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .split('\n');
}

/**
 * The letter as a whole .eml file, which mail programs on a computer open as a draft (`X-Unsent`): no sender, no date, no
 * id, for those are the mail program's. ASCII, CRLF, lines of at most 76 characters.
 */
export function draftEml(to: string, text: DraftText): string {
  return [
    'X-Unsent: 1',
    ...(bare(to) === '' ? [] : [`To: ${bare(to)}`]),
    foldHeader('Subject', headerWords(text.subject)),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    ...lines(text.body).map(quotedLine),
    '',
  ].join('\r\n');
}

/**
 * A text for a header, as words to be joined by single spaces: plain where that is sure to be read as it is, else
 * encoded-words of at most 64 characters, each of whole characters (RFC 2047, 2 and 5), so that any of them fits beside
 * a header's name in a line of 76.
 */
export function headerWords(text: string): string[] {
  const line = oneLine(text.toWellFormed());
  const words = line.split(' ');
  const plain = /^[\x20-\x7e]*$/.test(line) && !line.includes('=?') && words.every((word, i) => word !== '' || i === 0);
  return plain && words.every((word) => word.length <= 60) ? words : encodedWords(line);
}

function encodedWords(line: string): string[] {
  const words: string[] = [];
  let bytes = '';
  for (const char of line) {
    const more = byteString(char);
    // 39 bytes are 52 characters of base64, and 12 stand around them.
    if (bytes.length + more.length > 39) {
      words.push(bytes);
      bytes = '';
    }
    bytes += more;
  }
  return [...words, bytes].map((word) => `=?utf-8?B?${btoa(word)}?=`);
}

/** The UTF-8 bytes of a text, one character a byte, as `btoa` takes them. */
function byteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

function foldHeader(name: string, words: string[]): string {
  const folded: string[] = [];
  let line = `${name}:`;
  for (const word of words) {
    if (line.length + 1 + word.length > 76) {
      folded.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...folded, line].join('\r\n');
}

/** One line of quoted-printable text (RFC 2045, 6.7), broken softly between whole characters. */
function quotedLine(line: string): string {
  const chars = Array.from(line);
  let quoted = '';
  let width = 0;
  chars.forEach((char, i) => {
    const atEnd = i === chars.length - 1;
    const literal = /^[\x21-\x3c\x3e-\x7e]$/.test(char) || (/^[ \t]$/.test(char) && !atEnd);
    const piece = literal ? char : quotedBytes(char);
    if (width + piece.length > 75) {
      quoted += '=\r\n';
      width = 0;
    }
    quoted += piece;
    width += piece.length;
  });
  return quoted;
}

function quotedBytes(char: string): string {
  return Array.from(
    new TextEncoder().encode(char),
    (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
