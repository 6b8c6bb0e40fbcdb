import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { roleIn } from '../acts/role.ts';
import { mayAct } from '../domain/roles.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { signedIn } from './session.ts';

const LOOK_EVERY = 2_000;
/** So often a watcher's session is looked at anew; what is sent then keeps the connection. */
const BEAT_EVERY = 15_000;
/** Open connections are not free; who comes later sees the numbers with the next page. */
const MOST_WATCHERS = 200;

type Watcher = { request: FastifyRequest; reply: FastifyReply; slug: string };

/**
 * `GET /desk/c/:slug/live`: says, as server-sent events, that the numbers of a campaign have changed. The page then asks for
 * itself anew, so there is one way only to draw it. All who watch a campaign share one look at it.
 */
export function livePage(app: FastifyInstance, desk: Desk): void {
  const { parts } = desk;
  const watchers = new Set<Watcher>();
  const seen = new Map<string, string>();
  let timers: NodeJS.Timeout[] = [];

  desk.campaign('get', '/live', 'viewer', async ({ request, reply, campaign: { slug } }: CampaignVisit) => {
    // "No content" tells a browser not to come again.
    if (watchers.size >= MOST_WATCHERS) return reply.code(204).send();
    const watcher = { request, reply, slug };
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write('retry: 5000\n\n');
    seen.set(slug, seen.get(slug) ?? (await stateOf(slug)));
    watchers.add(watcher);
    reply.raw.on('close', () => leave(watcher));
    if (timers.length === 0) timers = [setInterval(looking, LOOK_EVERY), setInterval(beating, BEAT_EVERY)];
    return reply;
  });
  // Before the server waits for its connections to end.
  app.addHook('preClose', async () => {
    for (const watcher of watchers) leave(watcher);
  });

  function leave(watcher: Watcher): void {
    watchers.delete(watcher);
    watcher.reply.raw.end();
    if (watchers.size > 0) return;
    for (const timer of timers) clearInterval(timer);
    timers = [];
    seen.clear();
  }

  /** What the numbers of a page are made of, as one text. */
  async function stateOf(slug: string): Promise<string> {
    const [tally, holds, notices] = await Promise.all([
      parts.store.tally.sums(slug, 'all', 'recipient'),
      parts.store.holds.ofCampaign(slug),
      parts.store.notices.ofCampaign(slug),
    ]);
    return JSON.stringify([tally, holds, notices]);
  }

  async function look(): Promise<void> {
    for (const slug of new Set([...watchers].map((each) => each.slug))) {
      const now = await stateOf(slug);
      if (now === seen.get(slug)) continue;
      seen.set(slug, now);
      for (const each of watchers) if (each.slug === slug) each.reply.raw.write('event: changed\ndata: \n\n');
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

  // A database that is away is told by those who need it; the next look finds it.
  const looking = () => void look().catch(() => {});
  const beating = () => void beat().catch(() => {});
}
