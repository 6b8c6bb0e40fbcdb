/** What a returned mail says of the mail it is about. */
export type Verdict = {
  kind: 'hard' | 'soft' | 'auto-reply' | 'complaint' | 'delay' | 'delivered' | 'unknown';
  status: string | null;
  recipient: string | null;
};
