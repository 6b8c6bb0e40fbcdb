/** A picture, a program and the like hold many of these; a table holds none, or a stray one. */
const MANY_CONTROLS = 0.02;
const SAVE = 'In a spreadsheet, save the table as "CSV UTF-8" and take that file.';

const BEGINNINGS: [string, string][] = [
  ['\xd0\xcf\x11\xe0', `It is a spreadsheet of the older kind (.xls) or another Office file. ${SAVE}`],
  ['PK\x03\x04', `It is a spreadsheet (.xlsx or .ods) or another zip file. ${SAVE}`],
  ['%PDF-', 'It is a PDF. Copy the table out of it into a spreadsheet, and save that as "CSV UTF-8".'],
  [
    '{\\rtf',
    'It is a word processor\'s file. Copy the table out of it into a spreadsheet, and save that as "CSV UTF-8".',
  ],
];

/** What bytes are instead of text, as a sentence that says what to do; null where they may well be text. */
export function foreignBytes(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 4096));
  const known = BEGINNINGS.find(([beginning]) => start.toString('latin1').startsWith(beginning));
  if (known) return known[1];
  // In UTF-16, with its mark, half of the bytes may look so.
  const utf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  const controls = start.filter((byte) => (byte > 0 && byte < 9) || (byte > 13 && byte < 32 && byte !== 27)).length;
  if (utf16 || controls <= start.length * MANY_CONTROLS) return null;
  return `It is a picture, a program or something else that is not text. ${SAVE}`;
}

const JSON_START = /^\s*(?:\[\s*)?\{\s*(?:"|\})|^\s*\[\s*(?:["[\]]|\d)/;
const HTML_START = /^\s*(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html|head|body|table|div|p|meta|ul|ol|h[1-6])\b[^>]*>/i;
const MARKDOWN_RULE = /^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?[ \t]*$/;
const MARKDOWN_START = /^(?:#{1,6} [^,;\t]*|```.*|[-*+] (?:\[|\*\*).*|\|.*\|[ \t]*)$/;

/** What a text is instead of a table, as a sentence that says what to do; null where it may well be a table. */
export function foreignText(text: string): string | null {
  const start = text.slice(0, 4096);
  if (JSON_START.test(start))
    return 'It is JSON, not a table. Turn it into a table, a recipient on each line, and save that as "CSV UTF-8".';
  if (HTML_START.test(start))
    return 'It is a web page (HTML). Open it in a browser, copy the table you see into a spreadsheet, and save that as "CSV UTF-8".';
  if (/^\s*<\?xml\b/.test(start)) return `It is XML, not a table. Open it in a spreadsheet if that can be. ${SAVE}`;
  if (/^\s*BEGIN:V(?:CARD|CALENDAR)\b/i.test(start))
    return 'It is an address book (vCard) or a calendar. Export the address book as CSV instead.';
  if (isMarkdown(start))
    return 'It is Markdown, not a table with separators. Copy the table as it is shown, not as it is written, into a spreadsheet, and save that as "CSV UTF-8".';
  return null;
}

function isMarkdown(start: string): boolean {
  const [first = '', second = ''] = start.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  return (
    MARKDOWN_START.test(first) || MARKDOWN_RULE.test(first) || (MARKDOWN_RULE.test(second) && second.includes('-'))
  );
}
