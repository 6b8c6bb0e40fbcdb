import { constants } from 'node:zlib';
import fastifyCompress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { bounceCalls } from './api/bounces.ts';
import { campaignCalls } from './api/campaigns.ts';
import { exportCalls } from './api/exports.ts';
import { letterCalls } from './api/letters.ts';
import { openApi } from './api/openapi.ts';
import { osdiCalls } from './api/osdi.ts';
import type { Config } from './config.ts';
import { deskPages } from './desk/pages.ts';
import { readBodies } from './http/bodies.ts';
import { closesSoon } from './http/closing.ts';
import { openGuard } from './http/guard.ts';
import { securityHeaders } from './http/headers.ts';
import { placeOf } from './http/request.ts';
import { campaignPage } from './pages/campaign.ts';
import { confirmPages } from './pages/confirm.ts';
import { draftPages } from './pages/draft.ts';
import { badAddress, errorAnswers } from './pages/errors.ts';
import { homePage } from './pages/home.ts';
import { mailboxPages } from './pages/mailbox.ts';
import { mailsPage } from './pages/mails.ts';
import type { PageParts } from './pages/page.ts';
import { privacyPage } from './pages/privacy.ts';
import { sendFormPage } from './pages/send.ts';
import { statusPage } from './pages/status.ts';

const BODY_LIMIT = 64 * 1024;
/** Who has not sent a whole request by then is cut off: slow ones would use up all connections. Tor is slow, but not like this. */
const SLOWEST = 120_000;
// Pages are compressed at every answer: a middling quality costs a tenth of the best one and gains almost the same.
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 5 };

/** Builds the web server out of its parts, everything registered by name. It does not listen. */
export async function buildApp(parts: PageParts): Promise<FastifyInstance> {
  const putHeaders = securityHeaders(parts.config.publicUrl);
  const app = Fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // Long enough that an address nobody has is "not found", and not "broken".
    routerOptions: { maxParamLength: 2000 },
    trustProxy: trusted(parts.config.trustProxy),
    requestTimeout: SLOWEST,
    frameworkErrors: badAddress(parts, putHeaders),
  });
  // First of all, so that refusals have them too.
  app.addHook('onRequest', async (request, reply) => putHeaders(request, reply));
  closesSoon(app);
  readBodies(app);
  errorAnswers(app, parts);
  await app.register(fastifyCompress, {
    threshold: 1024,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: BROTLI },
  });
  await app.register(fastifyStatic, {
    root: parts.assets.folder,
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
  });
  app.addHook('onSend', async (request, reply) => {
    const place = placeOf(request);
    const isRead = request.method === 'GET';
    if (!reply.hasHeader('cache-control'))
      reply.header('cache-control', isRead && !isPrivate(place) ? 'private, no-cache' : 'no-store');
    const isForAll = place.startsWith('/api/') && !request.routeOptions.config?.needsToken;
    if (isRead && isForAll) reply.header('access-control-allow-origin', '*');
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern of the address, never the address: links hold tokens.
    parts.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });

  const guard = openGuard(parts);
  homePage(app, parts);
  campaignPage(app, parts, guard);
  sendFormPage(app, parts, guard);
  draftPages(app, parts);
  confirmPages(app, parts);
  statusPage(app, parts);
  privacyPage(app, parts);
  mailsPage(app, parts);
  mailboxPages(app, parts);
  campaignCalls(app, parts);
  letterCalls(app, parts, guard);
  bounceCalls(app, parts);
  exportCalls(app, parts);
  osdiCalls(app, parts);
  deskPages(app, parts);
  openApi(app);
  app.get('/healthz', async () => ({ status: 'ok' }));
  return app;
}

/** A number means that many proxies in front of us, the nearest first. */
function trusted(trust: Config['trustProxy']) {
  return typeof trust === 'number' ? (_address: string, hop: number) => hop < trust : trust;
}

/** Pages that show a person's letter or mail are not kept by the browser. */
function isPrivate(place: string): boolean {
  return ['/confirm/', '/letters/', '/mailbox', '/api/letters/'].some((start) => place.startsWith(start));
}
