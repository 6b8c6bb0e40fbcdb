import { setTimeout as sleep } from 'node:timers/promises';
import { SLUG } from './world.ts';

/** The letter box of invented people: which links came to which address. */
export function openPost() {
  const links = new Map<string, string>();
  return {
    /** Takes a mail as it stood on the wire, and keeps the link to confirm, if it holds one. */
    take(lines: string[], to: string | undefined): void {
      const text = lines.join('\n').replace(/=\n/g, '');
      const token = /\/confirm\/([A-Za-z0-9_-]{43})/.exec(text)?.[1];
      if (token && to) links.set(to, token);
    },
    linkOf: (address: string) => links.get(address),
  };
}
type Post = ReturnType<typeof openPost>;

/** Asks again and again, because the server may be killed before it answers, until it says that it has done it. */
async function insist(url: string, body: unknown, isOver: () => boolean): Promise<unknown> {
  for (; !isOver(); await sleep(50)) {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(10_000);
    const request = fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    const answer = await request.then(
      async (reply) => (reply.ok ? { said: await reply.json() } : null),
      () => null,
    );
    if (answer) return answer.said;
  }
  return null;
}

/**
 * One person writes over HTTP, waits for the mail with the link, and confirms; what fails because a process was killed
 * is repeated. Gives the tokens of their letters' status pages, or null where it was all over before they had them.
 */
export async function writeOverHttp(
  { url, post, isOver }: { url: string; post: Post; isOver(): boolean },
  i: number,
  country: string,
): Promise<string[] | null> {
  const email = `citizen${i}@post.example`;
  const fields = { country, name: `Citizen ${i}`, email };
  if (!(await insist(`${url}/api/campaigns/${SLUG}/letters`, fields, isOver))) return null;
  while (!post.linkOf(email) && !isOver()) await sleep(50);
  const done = await insist(`${url}/api/confirmations`, { token: post.linkOf(email) }, isOver);
  const { letters } = (done ?? { letters: [] }) as { letters: { statusUrl: string }[] };
  const tokens = letters.map(({ statusUrl }) => statusUrl.split('/').at(-1) ?? '');
  return tokens.length > 0 ? tokens : null;
}
