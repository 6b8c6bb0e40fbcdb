import type { Fields } from '../domain/bounce.ts';

/** The groups of fields of a delivery report that are about a recipient each; those about the whole are left out. */
export function reportsIn(text: string): Fields[] {
  const groups = text
    .split(/\n[ \t]*\n/)
    .slice(0, 200)
    .map(fieldsOf);
  const about = groups.filter((group) => group.action ?? group.status);
  // Some put the recipient apart from what became of it.
  const recipient = groups.find((group) => group['final-recipient'] ?? group['original-recipient']);
  return about.map((group) => (group['final-recipient'] ? group : { ...recipient, ...group }));
}

/** The fields of a block of lines, by their names in lower case; of two by one name the first. */
export function fieldsOf(block: string): Fields {
  const fields: Record<string, string> = {};
  for (const line of unfolded(block).split('\n', 200)) {
    const [, name, value] = /^[ \t]*([a-z][a-z0-9-]{1,60})[ \t]*:(.{0,4000})/i.exec(line) ?? [];
    if (name && value !== undefined) fields[name.toLowerCase()] ??= value.trim();
  }
  return fields;
}

/** Fields on one line each. */
export function unfolded(text: string): string {
  return text.replace(/\r/g, '').replace(/\n[ \t]+(?=\S)/g, ' ');
}

/** Lines by which mail systems announce the mail that they return. */
const ANNOUNCED = [
  /^[ \t]{0,40}-{0,60}[ \t]{0,40}(this is a copy of |below this line is a copy|below is a copy|here is a copy|a copy of the|included is a copy|the header of the original|the following is a copy|le message|start of the message|message header|returned mail follows|copy of (the )?(original )?message|.{0,30}(un)?(sent|original|returned) (message|mail)( text)?( headers?)?( as)?( follows| below| header| attached| starts)?[ \t]{0,40}[:.-]{0,60})[^\n]{0,80}$/im,
  /^[ \t>]{0,40}(received|return-path|dkim-signature|x-received|arc-seal)[ \t]{0,40}:[ \t]/im,
];

/** What a report says itself, without the mail that it quotes. */
export function beforeTheOriginal(text: string): string {
  const ends = ANNOUNCED.map((mark) => mark.exec(text)?.index ?? -1).filter((at) => at > 0);
  return text.slice(0, Math.min(text.length, ...ends));
}
