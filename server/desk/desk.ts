import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { roleIn } from '../acts/role.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { Refusal } from '../domain/errors.ts';
import { mayAct, type Role } from '../domain/roles.ts';
import { text } from '../http/request.ts';
import { type DeskModel, type DeskParts, type Place, show, type Who } from './frame.ts';
import { type Jobs, openJobs } from './jobs.ts';
import { type OwnSession, type Signed, signedIn } from './session.ts';

/** A request that somebody at the desk made, and how it is answered. */
export type Visit = {
  request: FastifyRequest;
  reply: FastifyReply;
  who: Who;
  session: OwnSession;
  /** The fields of a form, or nothing. */
  form: unknown;
  query: unknown;
  params: Record<string, string>;
  show(name: string, model: DeskModel, status?: number): Promise<FastifyReply>;
  /** Goes on to another page of the desk; `done` is said there. */
  goTo(path: string, done?: string): FastifyReply;
};
/** The same about one campaign, and with what may be done in it. */
export type CampaignVisit = Visit & { campaign: LiveCampaign; role: Role; base: string; jobs: Jobs };

type Method = 'get' | 'post';
type Options = { bodyLimit?: number; bodies?: string[] };

/** Texts in many languages are longer than what citizens send. */
const BODY_LIMIT = 2 * 1024 * 1024;

/**
 * Registers pages that only campaigners see. Each says what role it asks for; whoever is not signed in is led to signing
 * in, and what they had typed is kept. A form counts only with the key of its own session.
 */
export function openDesk(app: FastifyInstance, parts: DeskParts) {
  const jobs = openJobs(parts);
  app.addHook('onClose', jobs.stop);
  function route(
    method: Method,
    path: string,
    tab: string,
    { bodyLimit = BODY_LIMIT, bodies }: Options,
    answer: (signed: Signed, visit: (campaign: LiveCampaign | null, role: Role | null) => Visit) => Promise<unknown>,
  ): void {
    app[method](path, { bodyLimit, ...(bodies && { config: { bodies } }) }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const signed = await signedIn(parts, request);
      const place: Place = { who: signed?.who ?? null, formKey: '', campaign: null, role: null, tab };
      if (!signed) return signedOut(parts, request, reply, place);
      const formKey = parts.vault.formKey(signed.token);
      if (method === 'post' && text(request.body, 'session') !== formKey)
        // The same person signed in again, or a stranger's page tries something.
        return keep(parts, request, reply, { ...place, formKey }, 409);
      return answer(signed, (campaign, role) => ({
        ...{ request, reply, who: signed.who, session: signed.session, form: request.body, query: request.query },
        params: request.params as Record<string, string>,
        show: (name, model, status) =>
          show(parts, reply, { ...place, formKey, campaign, role }, name, { done: said(request), ...model }, status),
        goTo: (to, done) => reply.redirect(done ? `${to}${to.includes('?') ? '&' : '?'}done=${done}` : to, 303),
      }));
    });
  }

  return {
    parts,
    /** A page of the whole installation; `needs` is the role in all of it, null for whoever is signed in. */
    page(
      method: Method,
      path: string,
      needs: Role | null,
      answer: (visit: Visit) => Promise<unknown>,
      options: Options = {},
    ): void {
      route(method, `/desk${path}`, '', options, async ({ who }, visit) => {
        if (needs && !mayAct(who.role, needs)) throw new Refusal('not-allowed');
        return answer(visit(null, who.role));
      });
    },
    /** A page about one campaign, below its tab. */
    campaign(
      method: Method,
      path: string,
      needs: Role,
      answer: (visit: CampaignVisit) => Promise<unknown>,
      options: Options = {},
    ): void {
      const tab = path.split('/')[1] ?? '';
      route(method, `/desk/c/:slug${path}`, tab, options, async ({ who }, visit) => {
        const slug = visit(null, null).params.slug ?? '';
        const role = await roleIn(parts, who, slug);
        const campaign = parts.campaigns.find(slug);
        // Who may not see a campaign is not told whether it is there.
        if (!campaign || !role) throw new Refusal('not-found');
        if (!mayAct(role, needs)) throw new Refusal('not-allowed');
        return answer({ ...visit(campaign, role), campaign, role, base: `/desk/c/${slug}`, jobs });
      });
    },
  };
}
export type Desk = ReturnType<typeof openDesk>;

/** What was done before this page came, in words: only those we know are said. */
const DONE: Record<string, string> = {
  saved: 'It is saved.',
  made: 'The campaign is made, as a draft that nobody outside sees.',
  launched: 'The campaign is open. People can write now.',
  paused: 'The campaign is paused. No letter can be begun, and what was confirmed waits until it is open again.',
  resumed: 'The campaign is open again.',
  closed: 'The campaign is closed for good. What was confirmed before still goes.',
  imported: 'The list is taken in.',
  anew: 'The list of the campaign, or what the columns mean, has changed meanwhile. Nothing was taken in: look once more.',
  left: 'The list that was brought is thrown away. Nothing was taken in.',
  added: 'They are added. The mail with their link is on its way.',
  changed: 'Their role is changed.',
  needed: 'Nothing was changed: an installation needs an owner. Let another one in first.',
  ended: 'It is ended.',
  'key-added': 'The passkey is added. You can sign in with it from now on.',
  'key-removed': 'The passkey is removed. It opens nothing here any more.',
  removed: 'It is removed.',
  unchanged: 'Nothing was changed: somebody else was quicker.',
  tested: 'A test is on its way. Load this page again in a moment to see what came of it.',
  again: 'It is tried again now. Load this page again in a moment to see what came of it.',
  there: 'It is there already. If you did not copy its secret, make a new one.',
  unopened: 'Its address cannot be opened with this installation’s key. End it, and add it anew.',
  seen: 'It is noted as seen.',
};

function said(request: FastifyRequest): string | null {
  const done = text(request.query, 'done') ?? '';
  return Object.hasOwn(DONE, done) ? (DONE[done] ?? null) : null;
}

/** What was typed, to be carried by the next page; the key of a session is not what somebody typed. */
function typed(request: FastifyRequest): { name: string; value: string }[] {
  return Object.entries((request.body ?? {}) as Record<string, unknown>)
    .filter(([name]) => name !== 'session')
    .flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })))
    .filter((pair): pair is { name: string; value: string } => typeof pair.value === 'string');
}

function signedOut(parts: DeskParts, request: FastifyRequest, reply: FastifyReply, place: Place) {
  if (request.method === 'GET' || request.method === 'HEAD') return reply.redirect('/desk/sign-in', 303);
  return keep(parts, request, reply, place, 401);
}

/** Shows what was typed once more, to be sent again: by who has signed in anew (401), or who is asked whether they want it (409). */
function keep(parts: DeskParts, request: FastifyRequest, reply: FastifyReply, place: Place, status: 401 | 409) {
  const isOut = status === 401;
  const title = isOut ? 'You are signed out' : 'Do you want this?';
  return show(parts, reply, place, 'kept', { title, kept: typed(request), action: request.url, isOut }, status);
}
