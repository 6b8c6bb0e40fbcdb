import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { type Listener, type ListenerOptions, openListener } from '../../server/mail/listener.ts';

const TOKEN = 'b+abc@letters.example';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Taken = { addresses: string[]; raw: Buffer };

/** A listener on 127.0.0.1 to which every address that begins with `b+` is a letter's. */
async function open(more: Partial<ListenerOptions> = {}) {
  const taken: Taken[] = [];
  const faults: unknown[] = [];
  const listener = await openListener('127.0.0.1:0', {
    name: 'letters.example',
    isOurs: (address) => (address.startsWith('b+') ? 'token' : /^letters@|^letter\+/.test(address) ? 'sender' : 'no'),
    onMail: async (addresses, raw) => void taken.push({ addresses, raw }),
    onFault: (error) => void faults.push(error),
    ...more,
  });
  closing.push(() => listener.close());
  return { listener, taken, faults };
}

/** One conversation, line by line, as another mail server holds it. */
async function call({ port }: Listener) {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  closing.push(() => socket.destroy());
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const hear = async (): Promise<string> => {
    let line = '';
    do line = ((await lines.next()).value as string | undefined) ?? 'closed';
    while (/^\d{3}-/.test(line));
    return line;
  };
  const say = async (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return hear();
  };
  return { socket, say, hear, greeting: await hear() };
}

async function hello(listener: Listener) {
  const conversation = await call(listener);
  await conversation.say('EHLO mx.interior-ie.test');
  return conversation;
}

async function deliver(listener: Listener, text: string, from = '') {
  const { say, socket } = await hello(listener);
  await say(`MAIL FROM:<${from}>`);
  await say(`RCPT TO:<${TOKEN}>`);
  await say('DATA');
  const answer = await say(`${text}\r\n.`);
  socket.end();
  return answer;
}

describe('what is taken', () => {
  test.each(['', 'minister@interior-ie.test'])('a mail to a return path, from <%s>', async (from) => {
    const { listener, taken, faults } = await open();
    const answer = await deliver(listener, 'Subject: Returned\r\n\r\nUnknown user.\r\n..dot', from);
    expect(answer).toBe('250 2.0.0 taken');
    expect(taken.map(({ addresses, raw }) => [addresses, raw.toString()])).toEqual([
      [[TOKEN], 'Subject: Returned\r\n\r\nUnknown user.\r\n.dot\r\n'],
    ]);
    expect(faults).toEqual([]);
  });

  test('several in one conversation, each by itself', async () => {
    const { listener, taken } = await open();
    const { say } = await hello(listener);
    for (const n of [1, 2, 3]) {
      await say('MAIL FROM:<>');
      await say(`RCPT TO:<b+${n}@letters.example>`);
      await say('DATA');
      expect(await say(`n: ${n}\r\n\r\n.`)).toMatch(/^250 /);
    }
    expect(taken.map(({ addresses }) => addresses)).toEqual([1, 2, 3].map((n) => [`b+${n}@letters.example`]));
  });

  test('250 comes only once the mail was handled', async () => {
    let handled = () => {};
    let isHandled = false;
    const { listener } = await open({
      onMail: () =>
        new Promise((done) => {
          handled = done;
        }),
    });
    const answer = deliver(listener, 'x: y').then((line) => [line, isHandled]);
    await new Promise((done) => setTimeout(done, 400));
    isHandled = true;
    handled();
    expect(await answer).toEqual(['250 2.0.0 taken', true]);
  });

  test('I1: what could not be handled is asked for again, and the fault is told', async () => {
    const fault = new Error('no disk');
    const { listener, faults } = await open({ onMail: () => Promise.reject(fault) });
    expect(await deliver(listener, 'x: y')).toMatch(/^451 4\.3\.0 /);
    expect(faults).toEqual([fault]);
  });
});

describe('what is refused', () => {
  const answerTo = async (to: string) => {
    const { listener } = await open();
    const { say } = await hello(listener);
    await say('MAIL FROM:<minister@interior-ie.test>');
    return say(`RCPT TO:<${to}>`);
  };

  test('an answer to a letter’s sender is told where to go instead', async () => {
    expect(await answerTo('letter+0123@letters.example')).toBe(
      "550 5.7.1 This address only carries letters and nobody reads it. To answer the person who wrote to you, write to the address in the letter's Reply-To line.",
    );
  });

  test('an answer to a confirmation mail as well', async () => {
    expect(await answerTo('letters@letters.example')).toMatch(
      /^550 5\.7\.1 Nobody reads this address\. .*at the end of the mail/,
    );
  });

  test.each([
    'postmaster@letters.example',
    'someone@elsewhere.example',
    'someone%elsewhere.example@letters.example',
    '@a.example:b@c.example',
  ])('no such address, and nothing is relayed: %s', async (to) => {
    expect(await answerTo(to)).toMatch(/^5\d\d /);
  });

  test('without a recipient that is ours there is no mail', async () => {
    const { listener, taken } = await open();
    const { say } = await hello(listener);
    await say('MAIL FROM:<>');
    expect(await say('RCPT TO:<someone@elsewhere.example>')).toMatch(/^550 5\.1\.1 /);
    expect(await say('DATA')).toMatch(/^503 /);
    expect(taken).toEqual([]);
  });

  test('no sixth recipient', async () => {
    const { listener } = await open();
    const { say } = await hello(listener);
    await say('MAIL FROM:<>');
    const answers = [];
    for (const n of [1, 2, 3, 4, 5, 6]) answers.push((await say(`RCPT TO:<b+${n}@letters.example>`)).slice(0, 3));
    expect(answers).toEqual(['250', '250', '250', '250', '250', '452']);
  });

  test('no accounts, no STARTTLS, no games; and the greeting tells no version', async () => {
    const { listener } = await open();
    const { say, socket, greeting } = await call(listener);
    expect(greeting).toBe('220 letters.example ESMTP');
    const offered: string[] = [];
    socket.on('data', (data) => offered.push(data.toString()));
    await say('EHLO mx.interior-ie.test');
    expect(offered.join('')).not.toMatch(/AUTH|STARTTLS|XCLIENT/);
    for (const verb of ['AUTH PLAIN AGEAYg==', 'STARTTLS', 'HELP', 'WIZ x', 'SHELL', 'KILL', 'XCLIENT ADDR=127.0.0.1'])
      expect([verb, await say(verb)]).toEqual([verb, '500 Error: command not recognized']);
  });
});

describe('bounds', () => {
  test('of a mail of 3 MB the first 512 KB are kept', async () => {
    const { listener, taken } = await open();
    const line = `${'x'.repeat(98)}\r\n`;
    expect(await deliver(listener, line.repeat(30_000).trimEnd())).toMatch(/^250 /);
    expect(taken[0]?.raw.length).toBe(512 * 1024);
    expect(taken[0]?.raw.toString()).toBe(line.repeat(6000).slice(0, 512 * 1024));
  });

  test('a mail over 10 MB is refused, announced or not', async () => {
    const { listener, taken } = await open();
    const { say } = await hello(listener);
    expect(await say(`MAIL FROM:<> SIZE=${11 * 1024 * 1024}`)).toMatch(/^552 /);
    const line = `${'x'.repeat(998)}\r\n`;
    expect(await deliver(listener, line.repeat(11_000).trimEnd())).toMatch(/^552 /);
    expect(taken).toEqual([]);
  });

  test('the fifty-first connection waits for another day', async () => {
    const { listener } = await open();
    const greetings = await Promise.all(
      Array.from({ length: 51 }, async () => (await call(listener)).greeting.slice(0, 3)),
    );
    expect(greetings.filter((code) => code === '220')).toHaveLength(50);
    expect(greetings.filter((code) => code === '421')).toHaveLength(1);
  });

  test('a connection that breaks in the middle of a mail hands nothing on', async () => {
    const { listener, taken, faults } = await open();
    const { say, socket } = await hello(listener);
    await say('MAIL FROM:<>');
    await say(`RCPT TO:<${TOKEN}>`);
    await say('DATA');
    socket.write('Subject: half');
    socket.destroy();
    await expect.poll(() => faults.length).toBe(1);
    expect(taken).toEqual([]);
  });

  const slow = (ms: number, done: () => void) => async () => {
    await new Promise((over) => setTimeout(over, ms));
    done();
  };

  test('I1: closing waits for the mail that is being handled, and answers it', async () => {
    let isDone = false;
    const { listener } = await open({
      onMail: slow(500, () => {
        isDone = true;
      }),
    });
    const answer = deliver(listener, 'x: y');
    await new Promise((done) => setTimeout(done, 350));
    await listener.close();
    expect(isDone).toBe(true);
    expect(await answer).toMatch(/^250 /);
  });

  test('closing lets idle connections go soon, and waits for a mail that takes longer', async () => {
    let isDone = false;
    const { listener } = await open({
      onMail: slow(4500, () => {
        isDone = true;
      }),
    });
    const idle = await hello(listener);
    void deliver(listener, 'x: y');
    await new Promise((done) => setTimeout(done, 350));
    const farewell = idle.hear();
    await listener.close();
    expect(isDone).toBe(true);
    expect(await farewell).toMatch(/^421 /);
  });

  test('a port that is taken is said in one line that names the setting', async () => {
    const { listener } = await open();
    await expect(
      openListener(`127.0.0.1:${listener.port}`, {
        name: 'x',
        isOurs: () => 'no',
        onMail: async () => {},
        onFault: () => {},
      }),
    ).rejects.toThrow(`BOUNCE_LISTEN: nothing can listen at 127.0.0.1:${listener.port} (EADDRINUSE)`);
  });
});

test('M15: a flood of 1,000 automatic replies is taken, each once, and none is answered by a mail', async () => {
  const { listener, taken, faults } = await open();
  const reply = (n: number) =>
    ['From: <minister@interior-ie.test>', 'Auto-Submitted: auto-replied', `Subject: Away ${n}`, '', 'I am away.'].join(
      '\r\n',
    );
  const before = process.memoryUsage().rss;
  const answers: string[] = [];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 20 }, async (_, caller) => {
      const { say } = await hello(listener);
      for (let n = caller; n < 1000; n += 20) {
        await say('MAIL FROM:<minister@interior-ie.test>');
        await say(`RCPT TO:<b+${n}@letters.example>`);
        await say('DATA');
        answers.push(await say(`${reply(n)}\r\n.`));
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  console.info(`1,000 replies in ${seconds.toFixed(1)} s, memory grew by ${grown.toFixed(0)} MB`);
  expect(new Set(answers)).toEqual(new Set(['250 2.0.0 taken']));
  expect(new Set(taken.map(({ addresses }) => addresses[0])).size).toBe(1000);
  expect(taken).toHaveLength(1000);
  expect(faults).toEqual([]);
  expect(seconds).toBeLessThan(20);
});
