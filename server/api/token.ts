import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isByOwner } from '../acts/token.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { Refusal } from '../domain/errors.ts';
import type { Scope } from '../domain/scopes.ts';
import type { Parts } from '../parts.ts';
import type { Token } from '../store/tokens.ts';

const NOTE_EVERY = 5 * 60_000;
const REALM = 'Bearer realm="Dear Minister"';

/** A request by a program that has a token, and the campaigns that the token reads. */
export type Call = {
  request: FastifyRequest;
  reply: FastifyReply;
  params: Record<string, string>;
  campaigns: readonly LiveCampaign[];
};

/**
 * Registers a call that answers only to a token with `scope`, sent as `Authorization: Bearer` (RFC 6750) or, as OSDI has
 * it, `OSDI-API-Token`. Nothing keeps the answer, and no stranger's page may read it.
 */
export function tokenCall(
  app: FastifyInstance,
  parts: Parts,
  path: string,
  scope: Scope,
  answer: (call: Call) => Promise<unknown>,
): void {
  app.get(path, { config: { needsToken: true } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const given = tokenOf(request);
    const token = given === null ? null : await liveToken(parts, given);
    if (!token) {
      reply.header('www-authenticate', given === null ? REALM : `${REALM}, error="invalid_token"`);
      throw new Refusal('no-token');
    }
    if (!token.scopes.split(' ').includes(scope)) {
      reply.header('www-authenticate', `${REALM}, error="insufficient_scope", scope="${scope}"`);
      throw new Refusal('no-scope', { scope });
    }
    const all = parts.campaigns.all();
    const campaigns = token.campaign === '' ? all : all.filter(({ slug }) => slug === token.campaign);
    return answer({ request, reply, params: request.params as Record<string, string>, campaigns });
  });
}

/** The campaign that an address names. @throws Refusal `unknown-campaign` also where it is another one's than the token's */
export function namedCampaign({ campaigns }: Call, slug: string): LiveCampaign {
  const campaign = campaigns.find((each) => each.slug === slug);
  if (!campaign) throw new Refusal('unknown-campaign', { slug: slug.slice(0, 64) });
  return campaign;
}

/** What was sent as a token, be it one or not; null where nothing was. */
function tokenOf({ headers }: FastifyRequest): string | null {
  const [, bearer] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const osdi = headers['osdi-api-token'];
  return bearer ?? (typeof osdi === 'string' ? osdi : (headers.authorization ?? null));
}

/** The token's row, if it is one of ours, has not ended, and whoever made it is still an owner of what it reads. */
async function liveToken(parts: Parts, given: string): Promise<Token | null> {
  const { store, vault, now } = parts;
  const token = await store.tokens.find(vault.lookup(given), now());
  if (!token || !(await isByOwner(parts, token))) return null;
  if (now() - (token.usedAt ?? 0) >= NOTE_EVERY) await store.tokens.used(token.hash, now());
  return token;
}
