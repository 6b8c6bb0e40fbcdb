import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { roleIn } from '../acts/role.ts';
import { mayAct } from '../domain/roles.ts';
import type { Desk } from './desk.ts';
import { signedIn } from './session.ts';

const LOOK_EVERY = 2_000;
/** So often a watcher's session is looked at anew; what is sent then keeps the connection. */
const BEAT_EVERY = 15_000;
/** Open connections are not free; whose page finds none asks once in a while instead. */
const MOST_WATCHERS = 200;

type Watcher = { request: FastifyRequest; reply: FastifyReply; slug: string };

/**
 * `GET /desk/c/:slug/live`: says, as server-sent events, that the numbers of a campaign have changed. The page then asks for
 * itself anew, so there is one way only to draw it. All who watch a campaign share one look at it. An event's id stands for
 * the numbers: by `Last-Event-ID` a browser that was cut off says what it saw last
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header).
 */
export function livePage(app: FastifyInstance, desk: Desk): void {
  const { parts } = desk;
  const watchers = new Set<Watcher>();
  const seen = new Map<string, string>();
  let timers: NodeJS.Timeout[] = [];

  desk.campaign('get', '/live', 'viewer', async ({ request, reply, campaign: { slug } }) => {
    if (request.method === 'HEAD') return reply.type('text/event-stream').send();
    // Before the answer begins, so that a database that is away is told as on every page.
    const now = await stateOf(slug);
    // "No content" tells a browser not to come again by itself.
    if (watchers.size >= MOST_WATCHERS) return reply.code(204).send();
    reply.hijack();
    begin({ request, reply, slug });
    // Since the page was drawn, or the connection broke, something may have changed.
    if (request.headers['last-event-id'] !== now) tell(reply, now);
    if (!seen.has(slug)) seen.set(slug, now);
    return reply;
  });
  // Before the server waits for its connections to end.
  app.addHook('preClose', async () => {
    for (const watcher of watchers) leave(watcher);
  });

  function begin(watcher: Watcher): void {
    const { raw } = watcher.reply;
    raw.on('close', () => leave(watcher));
    // The last of them asks nginx not to hold back what is sent.
    raw.writeHead(200, {
      ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 5000\n\n');
    watchers.add(watcher);
    if (timers.length === 0) timers = [every(LOOK_EVERY, look), every(BEAT_EVERY, beat)];
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher);
    watcher.reply.raw.end();
    if (watchers.size > 0) return;
    for (const timer of timers) clearInterval(timer);
    timers = [];
    seen.clear();
  }

  /** What the numbers of a page are made of, as one short text. */
  async function stateOf(slug: string): Promise<string> {
    const [tally, holds, notices] = await Promise.all([
      parts.store.tally.sums(slug, 'all', 'recipient'),
      parts.store.holds.ofCampaign(slug),
      parts.store.notices.ofCampaign(slug),
    ]);
    const all = JSON.stringify([tally, holds, notices]);
    return createHash('sha256').update(all).digest('base64url');
  }

  async function look(): Promise<void> {
    for (const slug of new Set([...watchers].map((each) => each.slug))) {
      const now = await stateOf(slug);
      if (now === seen.get(slug)) continue;
      seen.set(slug, now);
      for (const each of watchers) if (each.slug === slug) tell(each.reply, now);
    }
  }

  /** Who signed out, or may not look any more, is told nothing more. */
  async function beat(): Promise<void> {
    for (const watcher of [...watchers]) {
      const signed = await signedIn(parts, watcher.request);
      const role = signed && (await roleIn(parts, signed.who, watcher.slug));
      if (mayAct(role, 'viewer')) watcher.reply.raw.write(': still here\n\n');
      else leave(watcher);
    }
  }
}

function tell({ raw }: FastifyReply, state: string): void {
  raw.write(`id: ${state}\nevent: changed\ndata: \n\n`);
}

/** Does something again and again, and never twice at once. A database that is away is told by those who need it. */
function every(ms: number, act: () => Promise<void>): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    act()
      .catch(() => {})
      .finally(() => {
        isBusy = false;
      });
  }, ms);
}
