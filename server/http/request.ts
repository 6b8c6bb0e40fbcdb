import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Refusal } from '../domain/errors.ts';
import type { Parts } from '../parts.ts';

type Fields = Record<string, unknown>;

/**
 * Which address answers: its pattern, such as `/confirm/:token`, or what was asked for where none does. One address can
 * be written in many ways (`/%61pi/…` is `/api/…`), so nothing is decided by how it was.
 */
export function placeOf({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}

/** One value out of a query or a form; a name that comes twice, or not at all, has none. */
export function text(fields: unknown, name: string): string | undefined {
  const value = (fields as Fields | null | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of a name that may come several times, such as boxes to tick. */
export function texts(fields: unknown, name: string): string[] {
  const value = (fields as Fields | null | undefined)?.[name];
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each): each is string => typeof each === 'string' && each !== '');
}

/** The source somebody came by, as the address or a form says it; anything that can be no source is none. */
export function source(fields: unknown): string | undefined {
  const given = text(fields, 'src');
  return given && /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(given) ? given : undefined;
}

/**
 * The language of the page: what `lang` says (in the address or the form), or what the browser prefers.
 * @throws Refusal `unknown-language` naming one we do not have
 */
export function pageLanguage(parts: Pick<Parts, 'views'>, request: FastifyRequest): string {
  const asked = text(request.query, 'lang') ?? text(request.body, 'lang');
  const { languages } = parts.views;
  if (asked && !languages.includes(asked)) throw new Refusal('unknown-language', { language: asked.slice(0, 40) });
  return asked || preferredLanguage(parts, request);
}

/** The browser's preference alone, for pages about an error. */
export function preferredLanguage({ views }: Pick<Parts, 'views'>, request: FastifyRequest): string {
  return new Negotiator(request.raw).language(views.languages) ?? 'en';
}
