/**
 * Every refusal of the tool, named once: its code and its HTTP status. The sentence, which says what to do, stands in
 * the catalogue as `error.<code>.title` and `error.<code>.text`.
 */
export const REFUSALS = {
  'not-found': 404,
  'not-signed': 401,
  'not-allowed': 403,
  'no-token': 401,
  'no-scope': 403,
  'unknown-campaign': 404,
  'unknown-recipient': 422,
  'unknown-country': 422,
  'unknown-language': 422,
  'not-covered': 422,
  'not-open': 409,
  'send-not-possible': 422,
  'draft-not-possible': 422,
  'editing-not-allowed': 422,
  'invalid-input': 422,
  'unknown-link': 404,
  'expired-link': 410,
  'wrong-code': 422,
  'too-many-tries': 410,
  'too-late': 409,
  'malformed-request': 400,
  'unsupported-media-type': 415,
  'too-large': 413,
  busy: 429,
  unavailable: 503,
  internal: 500,
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** The field that a refusal is about, where there is one: with status 422 programs are told it. */
export const FIELD_OF: Partial<Record<RefusalCode, string>> = {
  'unknown-recipient': 'recipients',
  'unknown-country': 'country',
  'unknown-language': 'language',
  'not-covered': 'country',
  'send-not-possible': 'recipients',
  'draft-not-possible': 'recipients',
};

/** A field that was not right, and the catalogue's key of the sentence that says so. */
export type FieldFault = { field: string; fault: string; values?: Record<string, string | number> };

/** An act that is refused, with what the sentence about it needs to know. No personal data goes into `values`. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly values: Record<string, string | number>;
  readonly faults: FieldFault[];

  constructor(code: RefusalCode, values: Record<string, string | number> = {}, faults: FieldFault[] = []) {
    super(code);
    this.code = code;
    this.status = REFUSALS[code];
    this.values = values;
    this.faults = faults;
  }
}
