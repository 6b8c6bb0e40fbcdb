/**
 * A line of CSV (RFC 4180) for a campaign's own table: name, address, town, country, language, day. What a spreadsheet
 * would take for a formula gets an apostrophe in front, as OWASP advises.
 */
export function contactLine(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell));
  return `${safe.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}
