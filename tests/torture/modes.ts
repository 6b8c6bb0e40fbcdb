/** Where in a conversation a server misbehaves. `idle`: when a mail is done and the line rests. */
export type Stage = 'connect' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'text' | 'dot' | 'idle';

/** What it does there instead of what it should: breaks off, says nothing, answers late, or says something else. */
export type Act = 'drop' | 'hang' | 'slow' | { say: string; thenDrop?: boolean };

/**
 * One way to misbehave. `often`: in which share of the conversations, or of their mails. `keeps`: whether a text that
 * came whole up to its final dot is delivered all the same. `split`: every answer comes in several lines and pieces.
 */
export type Mode = { name: string; at: Stage; act: Act; often: number; keeps?: boolean; split?: boolean };

const busy = '421 4.3.2 Service shutting down';
const later = '450 4.7.1 Greylisted, come again';
const policy = '550 5.7.1 Not wanted here';
const unknown = '550 5.1.1 No such user';

const mode = (name: string, at: Stage, act: Act, often: number, more: Partial<Mode> = {}): Mode => ({
  name,
  at,
  act,
  often,
  ...more,
});
const closing = (say: string): Act => ({ say, thenDrop: true });

/** A mail server as it should be. */
export const HEALTHY: Mode = mode('no fault', 'idle', 'slow', 0);

/** Every way in which the mail server of the torture misbehaves. */
export const MODES: Mode[] = [
  mode('no fault, and every answer in pieces', 'idle', 'slow', 0, { split: true }),
  mode('drop at connect', 'connect', 'drop', 0.3),
  mode('drop at EHLO', 'EHLO', 'drop', 0.3),
  mode('drop at MAIL', 'MAIL', 'drop', 0.4),
  mode('drop at RCPT', 'RCPT', 'drop', 0.4),
  mode('drop at DATA', 'DATA', 'drop', 0.4),
  mode('drop in mid-text', 'text', 'drop', 0.4),
  mode('421 at connect', 'connect', closing(busy), 0.3),
  mode('421 at EHLO', 'EHLO', closing(busy), 0.3),
  mode('421 at MAIL', 'MAIL', closing(busy), 0.4),
  mode('421 at RCPT', 'RCPT', closing(busy), 0.4),
  mode('421 at DATA', 'DATA', closing(busy), 0.4),
  mode('421 after the dot', 'dot', closing(busy), 0.4),
  mode('450 at connect', 'connect', closing(later), 0.3),
  mode('450 at EHLO', 'EHLO', { say: later }, 0.5),
  mode('450 at MAIL', 'MAIL', { say: later }, 0.4),
  mode('450 at RCPT', 'RCPT', { say: later }, 0.4),
  mode('450 at DATA', 'DATA', { say: later }, 0.4),
  mode('450 after the dot', 'dot', { say: later }, 0.4),
  mode('550 at connect', 'connect', closing(policy), 0.3),
  mode('550 at EHLO', 'EHLO', { say: policy }, 0.5),
  mode('550 at MAIL', 'MAIL', { say: policy }, 0.2),
  mode('550 policy at RCPT', 'RCPT', { say: policy }, 0.2),
  mode('550 unknown user at RCPT', 'RCPT', { say: unknown }, 0.2),
  mode('550 at DATA', 'DATA', { say: policy }, 0.2),
  mode('550 after the dot', 'dot', { say: policy }, 0.2),
  mode('550 unknown user after the dot', 'dot', { say: unknown }, 0.2),
  mode('550 while the text is coming', 'text', closing(policy), 0.2),
  mode('hung server at EHLO', 'EHLO', 'hang', 0.1),
  mode('hung server at RCPT', 'RCPT', 'hang', 0.1),
  mode('hung server in mid-text', 'text', 'hang', 0.1),
  mode('slow answer to RCPT', 'RCPT', 'slow', 0.5),
  mode('slow answer after the dot', 'dot', 'slow', 0.5, { keeps: true }),
  mode('a resting line is closed', 'idle', 'drop', 0.7),
  mode('421 on a resting line', 'idle', closing(busy), 0.7),
  mode('drop after the dot, kept', 'dot', 'drop', 0.4, { keeps: true }),
  mode('drop after the dot, not kept', 'dot', 'drop', 0.4),
  mode('kept and never answered', 'dot', 'hang', 0.2, { keeps: true }),
];

/** Whether nobody at our end can tell what became of a letter: only then may a second copy of it go. */
export function isAmbiguous({ at, act }: Mode): boolean {
  return at === 'dot' && (act === 'drop' || act === 'hang');
}
