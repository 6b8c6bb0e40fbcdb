import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, expect, test } from 'vitest';
import { readFacts } from '../../server/campaigns/facts.ts';
import { runCommand } from '../../server/commands/campaign.ts';
import { readConfig } from '../../server/config.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import { counts, postForm, postJson, startApp, until } from '../support/app.ts';
import { AOIFE, bees, LUCA, SAM } from '../support/cast.ts';
import { confirmLetter } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const identity = await generateIdentity();
  const key = await identityToRecipient(identity);
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-contacts-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const sink = await startSink();
  closers.push(sink.stop);
  const contacts = { key, ask: { en: 'May Friends of Bees write to you?' } };
  const env = { SMTP_URL: sink.url, DATABASE_URL: `file:${join(folder, 'db')}`, SECRET_KEY: 'k'.repeat(48) };
  const app = await startApp([bees({ contacts })], env);
  closers.push(app.stop);
  return { app, sink, folder, identity, env };
}

async function opened(folder: string, identity: string): Promise<string[]> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return Promise.all(files.map((file) => decrypter.decrypt(file, 'text')));
}

test('who ticks the box reaches the campaign’s own key and nobody else; who does not, does not', async () => {
  const { app, sink, folder, identity, env } = await start();
  const page = await (await fetch(`${app.url}/c/${SLUG}?country=IE&lang=en`)).text();
  expect(page).toContain('May Friends of Bees write to you?');
  expect(page).not.toMatch(/name="contact"[^>]* checked/);
  const form = { country: 'IE', lang: 'en', recipients: 'ie-interior', ...AOIFE, contact: 'yes' };
  expect((await postForm(`${app.url}/c/${SLUG}`, form)).status).toBe(200);
  await until(() => sink.received.length === 1, 'the mail');
  expect(await app.parts.store.contacts.ofCampaign(SLUG)).toEqual([]);
  const token = /confirm\/([\w-]{43})/.exec(sink.received[0]?.mail.text ?? '')?.[1];
  await postJson(`${app.url}/api/confirmations`, { token });
  await confirmLetter(app, sink, SAM);
  await confirmLetter(app, sink, { ...LUCA, name: '=cmd|"x"', contact: true } as never, 'DE');

  const target = join(folder, 'contacts');
  const said: string[] = [];
  const voice = { say: (line: string) => void said.push(line), complain: (line: string) => void said.push(line) };
  const status = await runCommand(['campaign', 'contacts', SLUG, target], () => readConfig(env), voice);
  expect({ status, said: said[0] }).toEqual({ status: 0, said: expect.stringContaining('2 contacts are written') });
  expect((await opened(target, identity)).sort()).toEqual([
    '"\'=cmd|""x""","luca@post.example","","DE","en","2026-11-24"\r\n',
    '"Aoife Ní Bhriain","aoife@post.example","Galway","IE","en","2026-11-24"\r\n',
  ]);
  await expect(opened(target, await generateIdentity())).rejects.toThrow();
  expect(await counts(app)).toMatchObject({ people: 3 });
});

test('ninety days after the campaign’s last day they are gone, fetched or not', async () => {
  const { app, sink } = await start();
  await confirmLetter(app, sink, { ...SAM, contact: true } as never);
  app.clock.now = Date.parse('2027-12-31T00:00:00Z') + 90 * 24 * 3_600_000 - 1;
  await sweep(app.parts);
  expect(await app.parts.store.contacts.ofCampaign(SLUG)).toHaveLength(1);
  app.clock.now += 1;
  await sweep(app.parts);
  expect(await app.parts.store.contacts.ofCampaign(SLUG)).toEqual([]);
});

test('a campaign that has no key asks nobody, and takes no yes', async () => {
  const app = await startApp([bees()]);
  closers.push(app.stop);
  expect(await (await fetch(`${app.url}/c/${SLUG}?country=IE`)).text()).not.toContain('name="contact"');
  const refused = await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...SAM, contact: true });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'contact' }] } });
  expect(await counts(app)).toEqual({});
});

test('a key that is missing, secret or mistyped is refused at import, by its line', async () => {
  const identity = await generateIdentity();
  const key = await identityToRecipient(identity);
  const mistyped = key.slice(0, -1) + (key.endsWith('q') ? 'p' : 'q');
  const faults = (contacts: unknown) => {
    const facts = { ...bees().facts, contacts };
    return readFacts(Buffer.from(JSON.stringify(facts, null, 1)), SLUG).faults.map(({ text }) => text);
  };
  const ask = { en: 'May we write?' };
  expect(faults({ key, ask })).toEqual([]);
  expect(faults({ key: mistyped, ask })).toEqual([expect.stringMatching(/checksum/)]);
  for (const wrong of [{ ask }, { key: identity, ask }, { key: '', ask }, { key }])
    expect(faults(wrong)).not.toEqual([]);
});
