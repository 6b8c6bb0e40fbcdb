/** What a mail server said of a mail it refused: its reply code (RFC 5321), enhanced code (RFC 3463), and words. */
export type Reply = { code: number | null; enhanced: string | null; text: string };

/** Why a mail was refused. Only the first says that writing there again is of no use. */
export type RefusalReason = 'gone' | 'policy' | 'full' | 'temporary' | 'unknown';

/** The reason that a reply gives, by its enhanced code first, then by its words, then by its reply code. */
export function refusalReason({ code, enhanced, text }: Reply): RefusalReason {
  if (enhanced?.startsWith('4.')) return 'temporary';
  if (enhanced && /^5\.1\.[0-36]$/.test(enhanced)) return 'gone';
  if (enhanced && /^5\.2\.2$/.test(enhanced)) return 'full';
  if (enhanced && /^5\.7\./.test(enhanced)) return 'policy';
  if (/user unknown|no such (user|mailbox|recipient)|does not exist/i.test(text)) return 'gone';
  if (code !== null && code >= 400 && code < 500) return 'temporary';
  return code === 554 ? 'policy' : 'unknown';
}
