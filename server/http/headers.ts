import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';

/** Puts the security headers on an answer that has not begun. */
export type PutHeaders = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Security headers of every answer: nothing from elsewhere, nothing inline, no frame, no referrer. Forms go only to
 * ourselves: mail programs are opened by plain links, which this does not touch. Only where the public address is
 * https are browsers told to insist on it.
 */
export function securityHeaders(publicUrl: string | null): PutHeaders {
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const put = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'script-src': ["'self'"],
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
  return (request, reply) =>
    put(request.raw, reply.raw, (error) => {
      if (error) throw error;
    });
}
