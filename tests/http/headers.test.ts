import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees, SAM } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
let token: string;
beforeAll(async () => {
  sink = await startSink();
  app = await startApp([bees()], { SMTP_URL: sink.url });
  const body = JSON.stringify({ country: 'IE', ...SAM });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${app.url}/api/campaigns/save-the-bees/letters`, { method: 'POST', headers, body });
  const { mail } = await until(() => sink.received[0], 'the mail');
  token = proofIn(mail.text ?? '').token;
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});

describe('an address that is written otherwise is the same address', () => {
  test('a call of the API takes no form', async () => {
    const body = new URLSearchParams({ country: 'IE', ...SAM });
    const ask = (path: string) => fetch(`${app.url}${path}/campaigns/save-the-bees/letters`, { method: 'POST', body });
    for (const path of ['/api', '/%61pi', '/a%70i']) {
      const answer = await ask(path);
      expect([path, answer.status]).toEqual([path, 415]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  test('what is a person’s own is not kept by the browser', async () => {
    for (const path of ['/confirm/', '/%63onfirm/', '/letters/', '/l%65tters/', '/api/letters/', '/%61pi/letters/']) {
      const answer = await fetch(`${app.url}${path}${token}`);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
    }
  });
});
