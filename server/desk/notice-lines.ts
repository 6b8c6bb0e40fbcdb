import type { Campaign } from '../domain/campaign.ts';
import { NOTICES, type NoticeKind } from '../domain/notices.ts';
import type { Hold } from '../store/holds.ts';
import type { Notice } from '../store/notices.ts';

type Act = { name: string; path: string };
const DECIDE: Act = { name: 'Decide over them', path: '/held' };
const ADDRESS: Act = { name: 'Look at its address', path: '/recipients/' };

/** What can be done about each; null where nothing needs to be. A path that ends with a slash goes on with the office. */
const ACTS: Record<NoticeKind, Act | null> = {
  doubtful: DECIDE,
  policy: DECIDE,
  tls: DECIDE,
  unsendable: DECIDE,
  refusing: DECIDE,
  'put-off': DECIDE,
  'set-aside': DECIDE,
  replaced: DECIDE,
  'no-address': ADDRESS,
  gone: ADDRESS,
  returned: ADDRESS,
  complaint: ADDRESS,
  unknown: null,
  'auto-reply': null,
  relay: { name: 'See what is wrong with it', path: '/launch' },
  unheard: { name: 'Look at the webhooks', path: '/data/hooks' },
  text: { name: 'Go to the letters', path: '/letters' },
};

/**
 * What needs a look, about which office, how often, and with the act that mends or decides it: letters that are held now,
 * whether or not somebody has seen why, and then what was noted.
 */
export function noticeLines(notices: readonly Notice[], holds: readonly Hold[], { slug, recipients }: Campaign) {
  const offices = new Map(recipients.map(({ id, office, country }) => [id, `${office}, ${country}`]));
  const line = (kind: NoticeKind, recipient: string, n: string, act = ACTS[kind]) => {
    const isOn = !act?.path.endsWith('/') || offices.has(recipient);
    return {
      office: recipient && (offices.get(recipient) ?? recipient),
      text: recipient ? NOTICES[kind] : sentence(NOTICES[kind]),
      n,
      act: act && {
        name: act.name,
        href: `/desk/c/${slug}${isOn ? act.path : '/recipients'}${act.path.endsWith('/') && isOn ? recipient : ''}`,
      },
    };
  };
  // What was taken out of the count is not decided.
  const decided = holds.filter(({ reason }) => reason !== 'set-aside');
  const isHeld = new Set(decided.map(({ recipient, reason }) => `${reason} ${recipient}`));
  return [
    ...decided.map(({ recipient, reason, n }) => line(reason, recipient, `${n.toLocaleString('en')} held now`)),
    ...notices
      .filter(({ kind, recipient }) => !isHeld.has(`${kind} ${recipient}`))
      .map(({ kind, recipient, n }) => line(kind, recipient, times(n, kind))),
  ];
}

/** Its sentence says that letters are held: where none is any more, that must stand beside it. */
function times(n: number, kind: NoticeKind): string {
  const often = n === 1 ? 'once' : `${n.toLocaleString('en')} times`;
  return isHolding(kind) ? `${often}; none is held now` : often;
}

const isHolding = (kind: NoticeKind) => kind === 'no-address' || (ACTS[kind] === DECIDE && kind !== 'set-aside');
const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
