import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import type { HookDelivery } from '../store/hook-deliveries.ts';
import type { Hook } from '../store/hooks.ts';
import { type Answer, CallFault } from './call-out.ts';
import { judge } from './judge.ts';
import { signedHeaders } from './sign.ts';

export type DeliverParts = Pick<Parts, 'store' | 'vault' | 'now' | 'random' | 'callOut'>;

/** So many messages are under way at once, of them one to an address that fails. */
const AT_ONCE = 2;

/**
 * Sends what is owed to addresses that are told of events, a few at a time, apart from the mails: a slow address keeps
 * nobody's letter waiting, and one that fails not the others. A message is borrowed, so that of several processes one
 * sends it, and comes back where a process ends before it noted what came of it: it is sent once more then, under the
 * same id.
 */
export function openDeliveries(parts: DeliverParts) {
  const { store } = parts;
  const busy = new Map<string, { isFailing: boolean; work: Promise<void> }>();
  let looking = false;

  async function take(): Promise<boolean> {
    const now = parts.now();
    const [another = ''] = busy.keys();
    const failingToo = [...busy.values()].every(({ isFailing }) => !isFailing);
    const message = await store.hooks.claim(now, now + SPANS.lease, another, failingToo);
    const hook = message && (await store.hooks.find(message.campaign, message.hook));
    if (!message || !hook) return false;
    const work = send(parts, hook, message)
      // Another try has been noted meanwhile, or the address was ended; or the database refused, and it comes back.
      .catch(() => {})
      .finally(() => busy.delete(hook.id));
    busy.set(hook.id, { isFailing: hook.failingSince !== null, work });
    return true;
  }

  return {
    /** Takes what is due, as far as there is room. @throws StoreFault where the database does not answer */
    async deliverDue(): Promise<void> {
      if (looking) return;
      looking = true;
      try {
        while (busy.size < AT_ONCE && (await take()));
      } finally {
        looking = false;
      }
    },
    /** Waits for the messages that are under way. */
    async settled(): Promise<void> {
      await Promise.all([...busy.values()].map(({ work }) => work));
    },
  };
}

async function send(parts: DeliverParts, hook: Hook, message: HookDelivery): Promise<void> {
  const { store } = parts;
  const answer = await callUp(parts, hook, message);
  const now = parts.now();
  const { attempts } = message;
  const verdict = judge(answer, { attempts, failingSince: hook.failingSince, now, random: parts.random() });
  if (verdict.is === 'taken') return store.hooks.taken(message, verdict.outcome, now);
  if (verdict.is === 'not-taken') return store.hooks.notTaken(message, verdict, now);
  return store.hooks.end(hook, verdict.outcome, now, [store.notices.noting(hook.campaign, 'unheard', '', now)]);
}

/** What the address answered, or in words why it did not. */
async function callUp(parts: DeliverParts, hook: Hook, { id, body }: HookDelivery): Promise<Answer | string> {
  const box = parts.vault.openHook(hook);
  if (!box) return 'its address cannot be opened with this installation’s key';
  try {
    return await parts.callOut(box.address, signedHeaders(box, id, body, parts.now()), body);
  } catch (error) {
    // Whatever else went wrong goes wrong again: it is tried by the schedule, and not each minute for ever.
    return error instanceof CallFault ? error.message : 'it could not be sent';
  }
}
