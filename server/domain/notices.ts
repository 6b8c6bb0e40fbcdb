import type { Reason } from './states.ts';

/** What needs a campaigner's look: a reason why letters are held or failed, or one of these. */
export const NOTICES = {
  doubtful: 'twice the mail server did not say whether it had taken a letter, so it may have arrived; it is held',
  policy: 'letters are refused for what they are, not for their address; they are held',
  tls: 'the mail server offers no encryption that can be trusted; letters are held rather than sent in the clear',
  'no-address': 'the office has no address on the list any more; its letters are held',
  unsendable: 'a letter could not be made into a mail, or its text could not be opened; it is held',
  refusing: 'the office keeps refusing; its pages offer drafts only, and what waited for it is held',
  'put-off': 'the office said "later" to letters for five days; they are held',
  'set-aside': 'letters were taken out of the count by a condition, and what waited of them is held',
  gone: "the office's address, or its domain, does not exist; letters to it fail",
  replaced: 'letters were written to somebody who holds the office no more; they are held until you decide',
  returned: 'letters came back from the office after they had been accepted',
  unknown: 'mail came back that does not say what became of a letter; nothing was changed',
  'auto-reply': 'the office answered by itself, as with an out-of-office note; nothing is wrong',
  complaint: 'the office, or its mail system, complained about a letter',
  relay: 'the mail server that carries all letters cannot be used; everything waits for it',
  unheard:
    'an address of another program was to be told what happens here and took nothing for five days, or said that it is gone; it is told no more',
  text: 'a letter text of the campaign cannot be read; its pages do without it',
} as const satisfies Record<Reason, string> & Record<string, string>;
export type NoticeKind = keyof typeof NOTICES;
