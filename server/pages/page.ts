import type { FastifyReply } from 'fastify';
import type { LiveCampaign } from '../campaigns/register.ts';
import { openness } from '../domain/campaign.ts';
import type { FieldFault } from '../domain/errors.ts';
import { dayInWords } from '../domain/letter.ts';
import { dayOf } from '../domain/tally.ts';
import type { Assets } from '../http/assets.ts';
import type { Parts } from '../parts.ts';

export type PageParts = Parts & { assets: Assets };

/** Where the same page is found in another language; left out for pages that answer a form. */
export type Here = { path: string; query?: Record<string, string | undefined> };

/** An address of ours with its query; empty values are left out. */
export function address({ path, query = {} }: Here): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const tail = given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return tail ? `${path}?${tail}` : path;
}

export type PageModel = Record<string, unknown> & {
  title: string;
  here?: Here;
  scripts?: string[];
  faults?: FieldFault[];
};

/** Renders a page and sends it; with faults the title begins with "Error:", as screen readers read it first. */
export async function sendPage(
  parts: PageParts,
  reply: FastifyReply,
  language: string,
  name: string,
  model: PageModel,
  status = 200,
): Promise<FastifyReply> {
  const { here, faults = [], scripts = [], ...rest } = model;
  const say = (key: string, values = {}) => parts.views.say(language, key, values);
  const others = here ? parts.views.languages.filter((code) => code !== language) : [];
  const title = `${model.title} – ${say('brand.plain')}`;
  const html = parts.views.page(name, {
    banner: null,
    notice: null,
    ...rest,
    language,
    dir: directionOf(language),
    title: faults.length > 0 ? say('error.prefix', { title }) : title,
    style: parts.assets.url('style.css'),
    scripts: scripts.map((name) => parts.assets.url(name)),
    languageLinks: others.map((code) => ({
      code,
      name: parts.views.say(code, 'language.name'),
      href: address({ path: here?.path ?? '/', query: { ...here?.query, lang: code } }),
    })),
    faults: faults.map(({ field, fault, values }) => ({ field, message: say(fault, values) })),
  });
  return reply.code(status).type('text/html; charset=utf-8').send(html);
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  return (new Intl.Locale(language) as unknown as { getTextInfo(): { direction: 'ltr' | 'rtl' } }).getTextInfo()
    .direction;
}

/** What every page of a campaign tells first: that it is history, or that it cannot send letters today, and why. */
export function campaignNotices(
  parts: Parts,
  campaign: LiveCampaign,
  language: string,
): { banner: string | null; notice: string | null } {
  const { facts } = campaign;
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const state = openness(campaign, dayOf(parts.now()));
  const day = dayInWords(state === 'early' ? facts.opens : facts.closes, language);
  return {
    banner: facts.demonstration ? month.format(new Date(`${facts.opens}T00:00:00Z`)) : null,
    notice: state === 'open' || state === 'draft' ? null : parts.views.say(language, `campaign.${state}`, { day }),
  };
}

/** The message of a field's fault, if it has one. */
export function faultOf(parts: Parts, language: string, faults: readonly FieldFault[], field: string): string | null {
  const found = faults.find((each) => each.field === field);
  return found ? parts.views.say(language, found.fault, found.values) : null;
}

/** A form's field for the template; the fault's and the hint's ids are what describes it. */
export function field(
  parts: Parts,
  language: string,
  id: string,
  options: {
    value?: string | undefined;
    faults?: readonly FieldFault[];
    optional?: boolean;
    rows?: number;
    type?: string;
    autocomplete?: string;
    hint?: string | null;
  },
): Record<string, unknown> {
  const fault = faultOf(parts, language, options.faults ?? [], id);
  const hint = options.hint ?? null;
  return {
    id,
    label: parts.views.say(language, `send.${id}`),
    optional: options.optional ? parts.views.say(language, 'optional') : null,
    hint,
    fault,
    rows: options.rows ?? null,
    type: options.type ?? 'text',
    autocomplete: options.autocomplete ?? 'off',
    direction: options.type === 'email' ? 'ltr' : 'auto',
    value: options.value ?? '',
    described: [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || null,
  };
}
