import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { oweMail } from '../acts/desk-mail.ts';
import { parseAddress } from '../domain/address.ts';
import { Refusal } from '../domain/errors.ts';
import { SPANS } from '../domain/states.ts';
import { text } from '../http/request.ts';
import type { Parts } from '../parts.ts';
import { newCampaigner, readPerson } from './campaigner.ts';
import { field } from './fields.ts';
import { type DeskParts, type Place, show } from './frame.ts';
import { openHourly } from './hourly.ts';
import { note } from './record.ts';
import { closeSession, openSession, signedIn } from './session.ts';

const FIRST_LINK = 24 * 3_600_000;
const MOST_MAILS_AN_HOUR = 5;
const NOBODY: Place = { who: null, formKey: '', campaign: null, role: null, tab: '' };

/** What links are made of. */
type LinkParts = Pick<Parts, 'store' | 'now' | 'publicUrl'> & { vault: Pick<Parts['vault'], 'lookup' | 'newToken'> };

/** A link that makes the first owner, while there is none; null where there is one. Older ones stop working. */
export async function firstLink({ store, vault, now, publicUrl }: LinkParts): Promise<string | null> {
  const isOwned = (await store.campaigners.all()).some(({ role }) => role === 'owner');
  await store.sessions.dropFirstLinks();
  if (isOwned) return null;
  const token = vault.newToken();
  await store.sessions.addLink(vault.lookup(token), '', now() + FIRST_LINK);
  return `${publicUrl()}/desk/sign-in/${token}`;
}

/** A link that signs a campaigner in once, within an hour. */
export async function signInLink({ store, vault, now, publicUrl }: LinkParts, campaigner: string): Promise<string> {
  const token = vault.newToken();
  await store.sessions.addLink(vault.lookup(token), campaigner, now() + SPANS.signInLink);
  return `${publicUrl()}/desk/sign-in/${token}`;
}

/**
 * `GET` and `POST /desk/sign-in`: a link by mail, no password. `/desk/sign-in/:token`: the page with the button, and the
 * act; a GET signs nobody in, for mail scanners open links. `POST /desk/sign-out`.
 */
export function signInPages(app: FastifyInstance, parts: DeskParts): void {
  const mailed = openHourly(parts.now, MOST_MAILS_AN_HOUR);
  const page = (reply: FastifyReply, name: string, model: Record<string, unknown> & { title: string }, status = 200) =>
    show(parts, reply, NOBODY, name, model, status);

  app.get('/desk/sign-in', async (request, reply) => {
    if (await signedIn(parts, request)) return reply.redirect('/desk', 303);
    return page(reply, 'sign-in', { title: 'Sign in', email: emailField() });
  });

  app.post('/desk/sign-in', async (request, reply) => {
    const parsed = parseAddress(text(request.body, 'email') ?? '');
    if (!parsed.ok) {
      const email = emailField(text(request.body, 'email'), 'Write your email address, such as name@example.org.');
      return page(reply, 'sign-in', { title: 'Sign in', email, faults: [email] }, 422);
    }
    // Whether somebody works here is told to nobody: the answer is the same, and comes as fast.
    void invite(parts, parsed.address, mailed).catch((error: Error) =>
      parts.log.error({ fault: error.name }, 'a sign-in mail could not be made'),
    );
    return page(reply, 'sign-in-sent', { title: 'Look into your inbox' });
  });

  app.get('/desk/sign-in/:token', async (request, reply) => {
    const campaigner = await linkOf(parts, request);
    return page(reply, 'sign-in-link', { title: 'Sign in', isFirst: campaigner === '', ...(await firstFields()) });
  });

  app.post('/desk/sign-in/:token', async (request, reply) => {
    const campaigner = await linkOf(parts, request);
    const hash = parts.vault.lookup(tokenOf(request));
    if (campaigner !== '') {
      if (!(await parts.store.sessions.useLink(hash))) throw new Refusal('expired-link');
      await openSession(parts, reply, campaigner);
      await note(parts, campaigner, '', 'signed-in', '');
      return reply.redirect('/desk', 303);
    }
    const person = readPerson(request.body);
    if (person.fields.some(({ fault }) => fault !== null))
      return page(
        reply,
        'sign-in-link',
        { title: 'Sign in', isFirst: true, fields: person.fields, faults: person.fields },
        422,
      );
    if (!(await parts.store.sessions.useLink(hash))) throw new Refusal('expired-link');
    const id = await newCampaigner(parts, person, 'owner');
    await openSession(parts, reply, id);
    await note(parts, id, '', 'first-owner', '');
    return reply.redirect('/desk', 303);
  });

  app.post('/desk/sign-out', async (request, reply) => {
    const signed = await signedIn(parts, request);
    if (signed && text(request.body, 'session') === parts.vault.formKey(signed.token))
      await closeSession(parts, reply, signed);
    return reply.redirect('/desk/sign-in', 303);
  });
}

const emailField = (value = '', fault: string | null = null) =>
  field('email', 'Your email address', { value, fault, type: 'email', autocomplete: 'email' });

const firstFields = async () => ({ fields: readPerson({}).fields.map((each) => ({ ...each, fault: null })) });

const tokenOf = (request: FastifyRequest) => (request.params as { token: string }).token;

/** Whose link it is: '' for the first owner's. @throws Refusal */
async function linkOf({ store, vault, now }: DeskParts, request: FastifyRequest): Promise<string> {
  const link = await store.sessions.link(vault.lookup(tokenOf(request)), now());
  if (!link) throw new Refusal('expired-link');
  return link.campaigner;
}

async function invite(parts: DeskParts, email: string, mailed: (id: string) => boolean): Promise<void> {
  const row = await parts.store.campaigners.byMark(parts.vault.campaignerMark(email));
  const about = row && parts.vault.openCampaigner(row);
  if (!row || !about || !mailed(row.id)) return;
  await oweMail(parts, {
    template: 'sign-in',
    to: about.email,
    link: await signInLink(parts, row.id),
    name: about.name,
  });
}
