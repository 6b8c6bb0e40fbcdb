import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Security headers of every answer: nothing from elsewhere, nothing inline, no frame, no referrer. Forms go only to
 * ourselves: mail programs are opened by plain links, which this does not touch. Only where the public address is
 * https are browsers told to insist on it.
 */
export function securityHeaders(publicUrl: string | null): FastifyHelmetOptions {
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'style-src': ["'self'"],
        'script-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
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
  };
}
