import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import type { Who } from './frame.ts';

const NOTE_EVERY = 5 * 60_000;

type SessionParts = Pick<Parts, 'store' | 'vault' | 'config' | 'now'>;

/** A session as its owner may know it. */
export type OwnSession = { id: string; createdAt: number };
/** Somebody at the desk, and the secret of their session, by which their forms are known. */
export type Signed = { who: Who; token: string; session: OwnSession };

const isSecure = ({ config }: SessionParts) => config.publicUrl?.startsWith('https:') ?? false;
const nameOf = (parts: SessionParts) => (isSecure(parts) ? '__Secure-desk' : 'desk');

/** Who sent a request; null where nobody is signed in (any more). */
export async function signedIn(parts: SessionParts, request: FastifyRequest): Promise<Signed | null> {
  const token = parseCookie(request.headers.cookie ?? '')[nameOf(parts)];
  if (!token || !/^[\w-]{43}$/.test(token)) return null;
  const { store, vault } = parts;
  const hash = vault.lookup(token);
  const session = await store.sessions.find(hash);
  const now = parts.now();
  if (!session || now - session.seenAt >= SPANS.sessionUnused || now - session.createdAt >= SPANS.session) return null;
  const row = await store.campaigners.byId(session.campaigner);
  const about = row && vault.openCampaigner(row);
  if (!row || !about) return null;
  if (isUse(request) && now - session.seenAt > NOTE_EVERY) await store.sessions.seen(hash, now);
  const { id, createdAt } = session;
  return { token, session: { id, createdAt }, who: { id: row.id, ...about, role: row.role || null } };
}

/**
 * What a page looks at by itself is no use of the session: left open, it would keep it for as long as can be. Browsers
 * say so (https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header).
 */
function isUse({ method, headers }: FastifyRequest): boolean {
  return method === 'POST' || headers['sec-fetch-dest'] !== 'empty';
}

/** Signs a campaigner in on this browser. Gives the session's secret. */
export async function openSession(parts: SessionParts, reply: FastifyReply, campaigner: string): Promise<string> {
  const token = parts.vault.newToken();
  const now = parts.now();
  const hash = parts.vault.lookup(token);
  await parts.store.sessions.open({ hash, id: parts.vault.newId(), campaigner, createdAt: now, seenAt: now });
  setCookie(parts, reply, token, SPANS.session / 1000);
  return token;
}

/** Signs out on this browser: the session ends, and the browser forgets it. */
export async function closeSession(parts: SessionParts, reply: FastifyReply, { who, session }: Signed): Promise<void> {
  await parts.store.sessions.end(who.id, session.id);
  setCookie(parts, reply, '', 0);
}

function setCookie(parts: SessionParts, reply: FastifyReply, value: string, maxAge: number): void {
  const secure = isSecure(parts);
  const rules = { httpOnly: true, sameSite: 'strict', path: '/desk', secure, maxAge } as const;
  reply.header('set-cookie', stringifySetCookie({ name: nameOf(parts), value, ...rules }));
}
