import { postJson, type TestApp, until } from './app.ts';
import { proofIn, type startSink } from './sink.ts';

type Sink = Awaited<ReturnType<typeof startSink>>;
export type Person = { name: string; email: string; place?: string; ownWords?: string };

/** Any number of invented people. */
export const person = (n: number): Person => ({ name: `Person Number${n}`, email: `person-${n}@post.example` });

/** Lets a person write and confirm; gives the tokens of the letters' status pages. */
export async function confirmLetter(
  app: TestApp,
  sink: Sink,
  who: Person,
  country = 'IE',
  slug = 'save-the-bees',
): Promise<string[]> {
  await postJson(`${app.url}/api/campaigns/${slug}/letters`, { country, ...who });
  const mail = await until(() => sink.received.find(({ to }) => to[0] === who.email), `the mail to ${who.name}`);
  const { token } = proofIn(mail.mail.text ?? '');
  const { body } = await postJson(`${app.url}/api/confirmations`, { token });
  return body.letters.map(({ statusUrl }: { statusUrl: string }) => statusUrl.split('/').at(-1));
}

/** The letters that reached an office. */
export const lettersTo = (sink: Sink, office: string) =>
  sink.received.filter(({ to }) => to[0] === `minister@interior-${office}.test`);

export const statusOf = async (app: TestApp, token: string) =>
  (await (await fetch(`${app.url}/api/letters/${token}`)).json()) as Record<string, string | null>;

/** All letters that are held for an office. */
export const heldFor = (campaign: string, recipient: string) =>
  ({ campaign, recipient, reason: '', country: '', source: '' }) as const;
