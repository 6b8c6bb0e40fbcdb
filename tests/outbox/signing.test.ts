import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { expect, test } from 'vitest';
import { dkimRecord } from '../../server/mail/dkim.ts';
import { pem } from '../doctor/world.ts';
import { postJson, startApp, until } from '../support/app.ts';
import { AOIFE, bees } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

const key = pem();
const { text } = dkimRecord(key, 'dm1', 'letters.example');
const SIGNED = { DKIM_KEY: key, MAIL_DOMAIN: 'letters.example' };

async function verdict(raw: string): Promise<string[]> {
  const { results } = await dkimVerify(raw, { resolver: async () => [[text]], strict: true });
  return results.map(({ status }) => status.result);
}
const letterOf = (url: string, campaign: string) =>
  postJson(`${url}/api/campaigns/${campaign}/letters`, { ...AOIFE, country: 'IE', recipients: ['ie-interior'] });

test('M7: the letter and the mail before it arrive signed', async () => {
  const sink = await startSink();
  const app = await startApp([bees()], { SMTP_URL: sink.url, ...SIGNED });
  await letterOf(app.url, 'save-the-bees');
  const notice = await until(() => sink.received[0], 'the confirmation');
  await postJson(`${app.url}/api/confirmations`, { token: proofIn(notice.mail.text ?? '').token });
  const letter = await until(() => sink.received[1], 'the letter');
  expect(letter.to).toEqual(['minister@interior-ie.test']);
  expect(await verdict(notice.raw)).toEqual(['pass']);
  expect(await verdict(letter.raw)).toEqual(['pass']);
  await app.stop();
  await sink.stop();
});

test('M7: what lies in the local mailbox is what would have travelled', async () => {
  const app = await startApp([bees()], SIGNED);
  await letterOf(app.url, 'save-the-bees');
  const [kept] = await until(async () => {
    const mails = (await (await fetch(`${app.url}/mailbox.json`)).json()) as { raw: string }[];
    return mails.length > 0 && mails;
  }, 'the mailbox');
  expect(await verdict(kept?.raw ?? '')).toEqual(['pass']);
  await app.stop();
});
