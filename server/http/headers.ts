import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { placeOf } from './request.ts';

/** Puts the security headers on an answer that has not begun. */
export type PutHeaders = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Security headers of every answer: nothing from elsewhere, nothing inline, no frame, no referrer. Forms go only to
 * ourselves: mail programs are opened by plain links, which this does not touch. Only where the public address is
 * https are browsers told to insist on it. Scripts may ask the server for something on the desk alone: what a citizen
 * types stays in the browser, whatever a script would do.
 */
export function securityHeaders(publicUrl: string | null): PutHeaders {
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const [citizens, desk] = [false, true].map((isDesk) => headers(isSecure, isDesk));
  return (request, reply) => {
    const put = /^\/desk(?:\/|$)/.test(placeOf(request)) ? desk : citizens;
    put?.(request.raw, reply.raw, (error) => {
      if (error) throw error;
    });
  };
}

const headers = (isSecure: boolean, asksServer: boolean) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'script-src': ["'self'"],
        ...(asksServer ? { 'connect-src': ["'self'"] } : {}),
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        ...(isSecure ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: isSecure,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
  });
