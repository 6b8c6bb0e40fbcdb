import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { oweMail } from '../acts/desk-mail.ts';
import { parseAddress } from '../domain/address.ts';
import { SPANS } from '../domain/states.ts';
import { isHere, openCallers } from '../http/callers.ts';
import { text } from '../http/request.ts';
import type { Parts } from '../parts.ts';
import { newCampaigner, readPerson } from './campaigner.ts';
import { type FieldModel, faulty, field } from './fields.ts';
import { type DeskParts, type Place, show } from './frame.ts';
import { openHourly } from './hourly.ts';
import { openByPasskey } from './passkey-sign-in.ts';
import { note } from './record.ts';
import { openRefused } from './refused.ts';
import { closeSession, openSession, signedIn } from './session.ts';
import { keyPlace, requestOptions } from './webauthn.ts';

const FIRST_LINK = 24 * 3_600_000;
const MOST_MAILS_AN_HOUR = 5;
/** Passkeys that did not open, from one network. */
const MOST_TRIES_AN_HOUR = 20;
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
 * `GET` and `POST /desk/sign-in`: a link by mail, no password. `POST /desk/sign-in/passkey`: without one.
 * `/desk/sign-in/:token`: the page with the button, and the act; a GET signs nobody in, for mail scanners open links.
 * `POST /desk/sign-out`.
 */
export function signInPages(app: FastifyInstance, parts: DeskParts): void {
  const mailed = openHourly(parts.now, MOST_MAILS_AN_HOUR);
  const callers = openCallers(parts.now);
  const refused = openRefused(parts);
  const page = (reply: FastifyReply, name: string, model: Record<string, unknown> & { title: string }, status = 200) =>
    show(parts, reply, NOBODY, name, model, status);
  const signInPage = (reply: FastifyReply, email: FieldModel, refusal: string | null, status = 200) => {
    const place = keyPlace(parts);
    const options = place && JSON.stringify(requestOptions(parts, place));
    const faults = email.fault ? [email] : [];
    return page(
      reply,
      'sign-in',
      { title: 'Sign in', email, faults, refusal, options, scripts: options ? ['passkey.ts'] : [] },
      status,
    );
  };
  const letIn = async (reply: FastifyReply, campaigner: string, deed: 'signed-in' | 'first-owner') => {
    await openSession(parts, reply, campaigner);
    await note(parts, campaigner, '', deed, '');
    return reply.redirect('/desk', 303);
  };
  /** A link that opens nothing (any more): what to do stands on the page where one gets another. */
  const overPage = async (reply: FastifyReply, link: { campaigner: string } | null) => {
    await refused(link ? 'link that is over' : 'unknown link', link?.campaigner ?? '');
    return signInPage(reply, emailField(), REFUSALS.link, 410);
  };

  app.get('/desk/sign-in', async (request, reply) => {
    if (await signedIn(parts, request)) return reply.redirect('/desk', 303);
    return signInPage(reply, emailField(), null);
  });

  app.post('/desk/sign-in', async (request, reply) => {
    const parsed = parseAddress(text(request.body, 'email') ?? '');
    if (!parsed.ok) {
      const email = emailField(text(request.body, 'email'), 'Write your email address, such as name@example.org.');
      return signInPage(reply, email, null, 422);
    }
    // Whether somebody works here is told to nobody: the answer is the same, and comes as fast.
    void invite(parts, parsed.address, mailed).catch((error: Error) =>
      parts.log.error({ fault: error.name }, 'a sign-in mail could not be made'),
    );
    return page(reply, 'sign-in-sent', { title: 'Look into your inbox' });
  });

  app.post('/desk/sign-in/passkey', async (request, reply) => {
    if (!isHere(request.ip) && callers.seen(request.ip).network >= MOST_TRIES_AN_HOUR) {
      await refused('too many tries', '');
      return signInPage(reply, emailField(), REFUSALS.tries, 429);
    }
    const opened = isOurs(request)
      ? await openByPasskey(parts, text(request.body, 'credential') ?? '')
      : ({ campaigner: '', refused: 'unknown passkey' } as const);
    if (!opened.refused) return letIn(reply, opened.campaigner, 'signed-in');
    callers.note(request.ip);
    await refused(opened.refused, opened.campaigner);
    const isOver = opened.refused === 'answer that is over';
    return signInPage(reply, emailField(), isOver ? REFUSALS.over : REFUSALS.passkey, 422);
  });

  app.get('/desk/sign-in/:token', async (request, reply) => {
    const link = await linkOf(parts, request);
    if (!link || link.isOver) return overPage(reply, link);
    return page(reply, 'sign-in-link', { title: 'Sign in', isFirst: link.campaigner === '', fields: firstFields() });
  });

  app.post('/desk/sign-in/:token', async (request, reply) => {
    const link = await linkOf(parts, request);
    if (!link || link.isOver) return overPage(reply, link);
    const person = link.campaigner === '' ? readPerson(request.body) : null;
    if (person && faulty(person.fields).length > 0) {
      const { fields } = person;
      return page(reply, 'sign-in-link', { title: 'Sign in', isFirst: true, fields, faults: fields }, 422);
    }
    if (!(await parts.store.sessions.useLink(parts.vault.lookup(tokenOf(request)), parts.now())))
      return overPage(reply, link);
    if (person) return letIn(reply, await newCampaigner(parts, person, 'owner'), 'first-owner');
    return letIn(reply, link.campaigner, 'signed-in');
  });

  app.post('/desk/sign-out', async (request, reply) => {
    const signed = await signedIn(parts, request);
    if (signed && text(request.body, 'session') === parts.vault.formKey(signed.token))
      await closeSession(parts, reply, signed);
    return reply.redirect('/desk/sign-in', 303);
  });
}

/** What to do where somebody was not let in. Whether a passkey is unknown or signed wrongly is told to nobody. */
const REFUSALS = {
  link: 'This link was used before, or its hour is over. Have another one sent to you.',
  passkey: 'This passkey does not open the desk. Try it once more, or have a link sent to you.',
  over: 'That took longer than five minutes. Use your passkey once more.',
  tries: 'There were too many tries from your network in this hour. Have a link sent to you instead.',
};

const emailField = (value = '', fault: string | null = null) =>
  field('email', 'Your email address', { value, fault, type: 'email', autocomplete: 'email webauthn' });

const firstFields = () => readPerson({}).fields.map((each) => ({ ...each, fault: null }));

const tokenOf = (request: FastifyRequest) => (request.params as { token: string }).token;

const linkOf = ({ store, vault, now }: DeskParts, request: FastifyRequest) =>
  store.sessions.link(vault.lookup(tokenOf(request)), now());

/** Whether our own page sent a form: browsers with passkeys say so, and a stranger's page could sign somebody in as another. */
function isOurs({ headers }: FastifyRequest): boolean {
  return ['same-origin', undefined].includes(headers['sec-fetch-site'] as string | undefined);
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
