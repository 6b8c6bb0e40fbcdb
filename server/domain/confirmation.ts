/** How often a wrong code may be typed before only the link in the mail works. */
export const CODE_TRIES = 5;

/** A code as it stands in the mail: six digits in two groups, easy to read and to type. */
export function showCode(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** A code as somebody typed it: spaces, hyphens and full-width digits do not matter. Null where it is no code. */
export function readCode(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}

/** Whether a text can be one of our links' tokens (32 random bytes in base64url); all else is not looked up. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** The sentence by which the sender agrees, by version; the catalogue has its words as `consent.<version>`. */
export const CONSENT_VERSION = '2026-11';
