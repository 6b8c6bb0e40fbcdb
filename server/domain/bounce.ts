/** What a returned mail says of the mail it answers. `status` is a code of RFC 3463; `recipient` whom that mail was for. */
export type Verdict = {
  kind: 'hard' | 'soft' | 'auto-reply' | 'complaint' | 'delay' | 'delivered' | 'unknown';
  status: string | null;
  recipient: string | null;
};
