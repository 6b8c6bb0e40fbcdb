import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { assertOpen, choose, findCampaign, meantRecipients, readCountry } from '../acts/choose.ts';
import { confirm } from '../acts/confirm.ts';
import { countPrepared, draftFile, makeDraft, newVersion } from '../acts/draft.ts';
import { findStanding } from '../acts/status.ts';
import { faultsOf, submit } from '../acts/submit.ts';
import { letterLanguage } from '../acts/write.ts';
import { Refusal } from '../domain/errors.ts';
import { Sender } from '../domain/sender.ts';
import type { Guard } from '../http/guard.ts';
import { preferredLanguage } from '../http/request.ts';
import type { Parts } from '../parts.ts';
import { ConfirmationRequest, DraftRequest, LetterRequest } from './schemas.ts';

type Slug = { Params: { slug: string } };

/** What a citizen can do: make drafts, have letters sent, confirm, and look where a letter is. */
export function letterCalls(app: FastifyInstance, parts: Parts, guard: Guard): void {
  app.post<Slug>('/api/campaigns/:slug/drafts', async (request) => {
    const campaign = findCampaign(parts, request.params.slug);
    const asked = read(DraftRequest, request.body);
    const country = readCountry(parts.world, asked.country);
    const recipients = meantRecipients(choose(parts, campaign, country), asked.recipients);
    const named = asked.name
      ? readSender({ name: asked.name, ownWords: asked.ownWords })
      : readSender({ ownWords: asked.ownWords });
    if (named.ownWords && campaign.facts.editing === 'none') {
      throw new Refusal('editing-not-allowed', {}, [{ field: 'ownWords', fault: 'fault.ownWords.fixed' }]);
    }
    const drafts = recipients.map((recipient) => {
      const language = letterLanguage(campaign, recipient, asked.language);
      const name = named.name || parts.views.say(language, 'draft.placeholder');
      return makeDraft(parts, campaign, recipient, country, language, { ...named, name }, newVersion(parts));
    });
    await countPrepared(parts, campaign, country, asked.source, recipients);
    return {
      drafts: drafts.map((draft) => ({
        recipient: draft.recipient.id,
        to: draft.to,
        form: draft.form,
        ...draft.whole,
        short: draft.short,
        links: draft.links,
        carries: draft.carries,
        eml: draft.to ? draftFile(draft) : null,
      })),
    };
  });

  app.post<Slug>('/api/campaigns/:slug/letters', async (request, reply) => {
    const campaign = findCampaign(parts, request.params.slug);
    assertOpen(campaign, parts.now());
    const { country, recipients, language, source, proof, neutral, contact, ...fields } = read(
      LetterRequest,
      request.body,
    );
    const suspected = await guard.call(request, proof);
    // The confirmation mail speaks the letter's language where the pages do, or else the caller's.
    const lang = language && parts.views.languages.includes(language) ? language : preferredLanguage(parts, request);
    const { handle, expiresAt } = await submit(parts, campaign, {
      country,
      recipients,
      language,
      source,
      lang,
      fields,
      suspected,
      neutral,
      contact,
    });
    return reply.code(202).send({ status: 'pending', handle, expiresAt: new Date(expiresAt).toISOString() });
  });

  app.post('/api/confirmations', async (request) => {
    const { letters } = await confirm(parts, read(ConfirmationRequest, request.body));
    return {
      status: 'confirmed',
      letters: letters.map(({ recipient, statusToken }) => ({
        recipient,
        statusUrl: `${parts.publicUrl()}/letters/${statusToken}`,
      })),
    };
  });

  app.get<{ Params: { token: string } }>('/api/letters/:token', async (request) => {
    const standing = await findStanding(parts, request.params.token);
    return {
      state: standing.state,
      recipient: standing.recipientId,
      changedAt: new Date(standing.changedAt).toISOString(),
      expectedAt: standing.expectedAt && new Date(standing.expectedAt).toISOString(),
    };
  });
}

/** A request's body by its schema. @throws Refusal `invalid-input` with a fault for each field */
function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid-input', {}, faultsOf(parsed.error));
}

/** The name and own words of a draft, both optional; an address is not asked. */
function readSender(given: { name?: string; ownWords: string | undefined }): {
  name: string;
  place: string;
  ownWords: string;
} {
  const parsed = Sender.pick({ ownWords: true, place: true }).safeParse({ ownWords: given.ownWords ?? '' });
  const name = given.name ? Sender.pick({ name: true }).safeParse({ name: given.name }) : null;
  const faults = [...faultsOf(parsed.error), ...faultsOf(name?.error)];
  if (!parsed.success || faults.length > 0) throw new Refusal('invalid-input', {}, faults);
  return { ...parsed.data, name: name?.data?.name ?? '' };
}
