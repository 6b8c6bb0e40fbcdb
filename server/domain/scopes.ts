/** What a token may be for, and what that is in words; the name is what programs are told that lack it. */
export const SCOPES = {
  'tally:read': 'exact figures of the campaign',
  'exports:read': 'every table that can be exported',
  'osdi:read': 'the campaign and its letters by day and office, in OSDI’s shapes',
} as const;
export type Scope = keyof typeof SCOPES;
export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/** Tokens begin so, that those who look for secrets in published code find them: dm_ and 43 signs. */
export const TOKEN_PREFIX = 'dm_';
