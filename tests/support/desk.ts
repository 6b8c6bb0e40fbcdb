import { newCampaigner } from '../../server/desk/campaigner.ts';
import { firstLink, signInLink } from '../../server/desk/sign-in.ts';
import type { Role } from '../../server/domain/roles.ts';
import type { TestApp } from './app.ts';

export type Answer = { status: number; html: string; location: string | null; cookie: string | null };

/** A browser at the desk, without script: it keeps its cookie, and sends forms with the key of its session. */
export function visitor({ url }: Pick<TestApp, 'url'>) {
  let cookie = '';
  let key = '';

  async function call(method: string, path: string, fields?: Record<string, string>): Promise<Answer> {
    const answer = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
      method,
      redirect: 'manual',
      headers: cookie ? { cookie } : {},
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    const set = answer.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0] ?? '';
    const html = await answer.text();
    key = /name="session" value="([^"]+)"/.exec(html)?.[1] ?? key;
    return { status: answer.status, html, location: answer.headers.get('location'), cookie: set };
  }

  return {
    get: (path: string) => call('GET', path),
    head: (path: string) => call('HEAD', path),
    /** Sends a form as it stands on the page that was seen last. */
    post: (path: string, fields: Record<string, string> = {}) => call('POST', path, { session: key, ...fields }),
    /** The cookie of its session, for requests that are made past it. */
    cookie: () => cookie,
    /** Forgets the cookie, as a browser does whose session ended. */
    forget: () => {
      cookie = '';
    },
  };
}
export type Visitor = ReturnType<typeof visitor>;

/** Somebody who has just signed in as the first owner. */
export async function owner(app: TestApp, name = 'Ada Quist', email = 'ada@desk.example'): Promise<Visitor> {
  const link = await firstLink(app.parts);
  const ada = visitor(app);
  await ada.post(link as string, { name, email });
  await ada.get('/desk');
  return ada;
}

/** Somebody who has just signed in with a role in one campaign; '' in none. */
export async function colleague(app: TestApp, slug: string, role: Role, name: string): Promise<Visitor> {
  const email = `${name.toLowerCase()}@desk.example`;
  const id = await newCampaigner(app.parts, { name, email }, '');
  if (slug) await app.parts.store.campaigners.giveRole(slug, id, role);
  const somebody = visitor(app);
  await somebody.post(await signInLink(app.parts, id));
  await somebody.get('/desk');
  return somebody;
}

/** Text out of HTML, without its escapes. */
export const plain = (html = '') =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x60;', '`')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What a page's form holds, by name. */
export function formOf(html: string): Record<string, string> {
  const main = html.slice(html.indexOf('<main'));
  const inputs = [...main.matchAll(/<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"/g)];
  const areas = [...main.matchAll(/<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</g)];
  const chosen = [...main.matchAll(/<select[^>]* name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g)].map(
    ([, name, options]) => [name, /<option value="([^"]*)" selected/.exec(options ?? '')?.[1] ?? ''],
  );
  return Object.fromEntries([...[...inputs, ...areas].map(([, name, value]) => [name, plain(value)]), ...chosen]);
}
