import { Webhook } from 'standardwebhooks';
import { SPANS } from '../domain/states.ts';
import type { HookBox, HookSecret } from '../vault/vault.ts';

/** So many secrets sign at most, however often new ones are made in a day. */
const MOST_SECRETS = 4;

/**
 * The headers of a message (Standard Webhooks 1.0.0, "Webhook headers"): its id, which stays the same however often it
 * is tried; when this try is made; and a signature over both and the body by each secret that still signs.
 */
export function signedHeaders({ secrets }: HookBox, id: string, body: string, now: number): Record<string, string> {
  const at = new Date(now);
  const signing = secrets.filter(({ until }) => until === null || until > now);
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Dear-Minister',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': signing.map(({ secret }) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** Secrets with a new one in front; what signed until now signs for a day more, while the receiver is told the new one. */
export function renewed(secrets: readonly HookSecret[], secret: string, now: number): HookSecret[] {
  const before = secrets
    .filter(({ until }) => until === null || until > now)
    .map((each) => ({ ...each, until: each.until ?? now + SPANS.hookSecret }));
  return [{ secret, until: null }, ...before].slice(0, MOST_SECRETS);
}
