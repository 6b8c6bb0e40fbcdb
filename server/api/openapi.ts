import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SCOPES, type Scope } from '../domain/scopes.ts';
import { BounceNotice } from '../mail/webhooks/generic.ts';
import { Answers, ConfirmationRequest, DraftRequest, LetterRequest, Problem } from './schemas.ts';
import { TokenAnswers } from './token-schemas.ts';

type Call = {
  summary: string;
  body?: z.ZodType;
  /** How the body comes, where not as application/json. */
  type?: string;
  answer: z.ZodType;
  /** How the answer comes, where not as application/json. */
  answerType?: string;
  /** What the token must be for, where one is needed. */
  scope?: Scope;
  status?: number;
  query?: string[];
  refuses: number[];
};

/** A mail service's own call: its documentation says what it sends, ours in docs/operating.md how it is set up. */
const notice = (service: string, body: z.ZodType, type?: string): Record<string, Call> => ({
  post: {
    summary: `What came back, as ${service} reports it; there only where the operator has set it up`,
    body,
    ...(type ? { type } : {}),
    answer: Answers.returned,
    refuses: [400, 401, 404, 413, 415, 422, 503],
  },
});

/** A call that answers only to a token. */
const withToken = (
  scope: Scope,
  summary: string,
  answer: z.ZodType,
  more: Partial<Call> = {},
): Record<string, Call> => ({
  get: { summary, answer, scope, refuses: [401, 403, 404], ...more },
});
const HAL = { answerType: 'application/hal+json', query: ['page', 'per_page'], refuses: [400, 401, 403, 404] };

const CALLS: Record<string, Record<string, Call>> = {
  '/api/campaigns': { get: { summary: 'The open campaigns', answer: Answers.campaigns, refuses: [] } },
  '/api/campaigns/{slug}': { get: { summary: 'Public facts of a campaign', answer: Answers.campaign, refuses: [404] } },
  '/api/campaigns/{slug}/recipients': {
    get: {
      summary: 'The offices that answer for a country, the national one first',
      answer: Answers.recipients,
      query: ['country', 'lang'],
      refuses: [404, 422],
    },
  },
  '/api/campaigns/{slug}/letter': {
    get: {
      summary: 'The letter, unsigned',
      answer: Answers.letter,
      query: ['country', 'recipient', 'language'],
      refuses: [404, 422],
    },
  },
  '/api/campaigns/{slug}/drafts': {
    post: {
      summary: 'Letters to send oneself; stores nothing but a count',
      body: DraftRequest,
      answer: Answers.drafts,
      refuses: [400, 404, 413, 415, 422],
    },
  },
  '/api/campaigns/{slug}/letters': {
    post: {
      summary: 'Letters to be sent after their sender has confirmed; the same answer for everybody',
      body: LetterRequest,
      answer: Answers.pending,
      status: 202,
      refuses: [400, 404, 409, 413, 415, 422, 429],
    },
  },
  '/api/confirmations': {
    post: {
      summary: 'The confirmation: the token from the mail, or the handle and the typed code',
      body: ConfirmationRequest,
      answer: Answers.confirmed,
      refuses: [400, 404, 410, 413, 415, 422],
    },
  },
  '/api/bounces/ses': notice('Amazon SES through SNS', z.looseObject({}), 'text/plain'),
  '/api/bounces/postmark': notice('Postmark', z.looseObject({})),
  '/api/bounces/mailgun': notice('Mailgun', z.looseObject({})),
  '/api/bounces/webhook': notice('a service that signs by Standard Webhooks', BounceNotice),
  '/api/letters/{statusToken}': { get: { summary: 'Where a letter is', answer: Answers.status, refuses: [404] } },
  '/api/campaigns/{slug}/tally': {
    get: { summary: 'The public tally, in steps, small numbers hidden (null)', answer: Answers.tally, refuses: [404] },
  },
  '/api/campaigns/{slug}/exact-tally': withToken('tally:read', 'The exact tally', TokenAnswers.exactTally),
  '/api/campaigns/{slug}/exports': withToken('exports:read', 'The tables that can be had', TokenAnswers.exports),
  '/api/campaigns/{slug}/exports/{file}': withToken(
    'exports:read',
    'A table, as TABLE.csv or TABLE.json; no person is in any',
    TokenAnswers.table,
  ),
  '/api/osdi/v1': withToken('osdi:read', 'OSDI’s entry point', TokenAnswers.hal, { answerType: HAL.answerType }),
  '/api/osdi/v1/advocacy_campaigns': withToken('osdi:read', 'Campaigns', TokenAnswers.halPage, HAL),
  '/api/osdi/v1/advocacy_campaigns/{slug}': withToken('osdi:read', 'A campaign', TokenAnswers.advocacyCampaign, {
    answerType: HAL.answerType,
  }),
  '/api/osdi/v1/advocacy_campaigns/{slug}/outreaches': withToken(
    'osdi:read',
    'Letters by day, office and state, the newest day first',
    TokenAnswers.halPage,
    HAL,
  ),
  '/api/osdi/v1/advocacy_campaigns/{slug}/outreaches/{outreach}': withToken(
    'osdi:read',
    'The letters of one day to one office in one state',
    TokenAnswers.outreach,
    { answerType: HAL.answerType },
  ),
};

/** `GET /openapi.json`: the API as OpenAPI 3.1, out of the same schemas that read the requests. */
export function openApi(app: FastifyInstance): void {
  const document = JSON.stringify(describe());
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
}

function describe(): unknown {
  const paths = Object.entries(CALLS).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, call]) => [method, operation(path, call)]);
    return [path, Object.fromEntries(operations)];
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dear Minister',
      version: '0.1.0',
      description: 'Letters from citizens to the ministers who answer for their country.',
    },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: `A token of the desk (dm_ and 43 signs), for ${Object.entries(SCOPES)
            .map(([scope, means]) => `${scope}: ${means}`)
            .join('; ')}. OSDI-API-Token is taken too.`,
        },
      },
    },
    paths: Object.fromEntries(paths),
  };
}

function operation(path: string, call: Call): unknown {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = (call.query ?? []).map((name) => ({
    name,
    in: 'query',
    required: name === 'country',
    schema: { type: 'string' },
  }));
  const refusals = call.refuses.map((status) => [
    status,
    { description: 'Refused', content: { 'application/problem+json': { schema: jsonSchema(Problem) } } },
  ]);
  return {
    summary: call.summary,
    ...(call.scope ? { security: [{ token: [call.scope] }] } : {}),
    parameters: [...inPath, ...inQuery],
    ...(call.body
      ? {
          requestBody: {
            required: true,
            content: { [call.type ?? 'application/json']: { schema: jsonSchema(call.body) } },
          },
        }
      : {}),
    responses: {
      [call.status ?? 200]: {
        description: call.summary,
        content: { [call.answerType ?? 'application/json']: { schema: jsonSchema(call.answer) } },
      },
      ...Object.fromEntries(refusals),
    },
  };
}

function jsonSchema(schema: z.ZodType): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
