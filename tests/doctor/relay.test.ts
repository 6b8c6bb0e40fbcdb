import { X509Certificate } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { askRelay, relay } from '../../server/doctor/relay.ts';
import { CERTIFICATE } from '../support/certificate.ts';
import { GOOD, line, visit, type Zone } from './world.ts';

const PASSWORD = 'open-sesame-22';
const portOf = (server: Server) => (server.address() as { port: number }).port;

/** A whole mail server on this machine, of other people's making. */
async function postOffice(options: SMTPServerOptions = {}): Promise<{ port: number; mails: () => number }> {
  let mails = 0;
  // It warns of its built-in certificate, which nobody vouches for: just that is wanted here.
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => {});
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, done) =>
      auth.password === PASSWORD
        ? done(null, { user: 1 })
        : done(new Error(`no login for ${auth.username}, ${auth.password}`)),
    onMailFrom: (_address, _session, done) => {
      mails += 1;
      done();
    },
    ...options,
  });
  silenced.mockRestore();
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: portOf(server.server), mails: () => mails };
}

/** Something that listens, but is no mail server. */
async function stranger(greet: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server);
}

async function found(
  url: string,
  env: Record<string, string> = {},
  zone: Zone = GOOD,
  now?: number,
): Promise<string[]> {
  const at = visit(zone, { SMTP_URL: url, ...env }, { patience: 2500, ...(now && { now: () => now }) });
  return (await relay(at, await askRelay(at))).map((each) => `${each.check} ${line(each)}`);
}
const REQUIRED = { SMTP_TLS: 'required' };

beforeAll(() => {
  // Our own certificate is one that this process believes.
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), CERTIFICATE.cert]);
});

describe('a relay that takes our mail', () => {
  test('in the clear on this machine, without a login', async () => {
    const { port } = await postOffice({ disabledCommands: ['STARTTLS', 'AUTH'] });
    expect(await found(`smtp://127.0.0.1:${port}`)).toEqual([
      `relay ok: 127.0.0.1:${port} takes our mail: not encrypted, without a login.`,
    ]);
  });

  test.each([
    ['by STARTTLS', 'smtp', {}],
    ['from the first byte', 'smtps', { secure: true }],
  ])('encrypted %s under a certificate that holds, with a login; no mail is sent', async (_, scheme, options) => {
    const { port, mails } = await postOffice({ ...options, ...CERTIFICATE });
    expect(await found(`${scheme}://anna:${PASSWORD}@localhost:${port}`, REQUIRED)).toEqual([
      `relay ok: localhost:${port} takes our mail: encrypted, login works.`,
      expect.stringMatching(/^certificate ok: The relay’s certificate is good until 21\d\d-/),
    ]);
    expect(mails()).toBe(0);
  });

  test('with a certificate that ends soon is a doubt', async () => {
    const { port } = await postOffice(CERTIFICATE);
    const end = Date.parse(new X509Certificate(CERTIFICATE.cert).validTo);
    const DAY = 86_400_000;
    const at = async (now: number) => (await found(`smtp://localhost:${port}`, REQUIRED, GOOD, now))[1];
    expect(await at(end - 13 * DAY)).toMatch(/^certificate doubt: .* ends on .*renewed/);
    expect(await at(end - 15 * DAY)).toMatch(/^certificate ok/);
    expect(await at(end + DAY)).toMatch(/^certificate doubt: .* ended on/);
  });
});

describe('a relay that does not', () => {
  test('a name that does not exist is a fault, but only where names can be looked up', async () => {
    expect(await found('smtp://nosuch.relay.invalid:587')).toEqual([
      'relay fault: The host of SMTP_URL, nosuch.relay.invalid:587, does not exist. Mend the name in SMTP_URL.',
    ]);
    await expect(found('smtp://nosuch.relay.invalid:587', {}, {})).rejects.toMatchObject({ code: 'ENONETWORK' });
  });

  test('nobody answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await found(`smtp://127.0.0.1:${port}`)).toEqual([
      expect.stringMatching(/^relay fault: Nobody answers at 127\.0\.0\.1:\d+\. Mend the port/),
    ]);
  });

  test.each([
    ['is silent', () => {}, /^relay fault: 127\.0\.0\.1:\d+ does not answer in time/],
    ['hangs up', (socket: Socket) => socket.end(), /^relay fault: .* not as a mail server should/],
    [
      'speaks another language',
      (socket: Socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'),
      /^relay fault: .* not as a mail server should: HTTP\/1\.1 400 Bad/,
    ],
    [
      'wants none of us',
      (socket: Socket) => socket.end('554 5.7.1 go away\r\n'),
      /^relay fault: .* not as a mail server should: 554 5\.7\.1 go away/,
    ],
  ])('one that %s', async (_, greet, expected) => {
    expect(await found(`smtp://127.0.0.1:${await stranger(greet)}`)).toEqual([expect.stringMatching(expected)]);
  });

  test('M11: no STARTTLS where encryption is required', async () => {
    const { port } = await postOffice({ disabledCommands: ['STARTTLS'] });
    expect(await found(`smtp://localhost:${port}`, REQUIRED)).toEqual([
      expect.stringMatching(/^relay fault: localhost:\d+ offers no encryption that can be used: .* Write smtps/),
    ]);
    expect(await found(`smtp://localhost:${port}`)).toEqual([expect.stringMatching(/^relay ok/)]);
  });

  test('M11: a certificate that nobody vouches for, where it must hold', async () => {
    const { port } = await postOffice();
    expect(await found(`smtp://localhost:${port}`, REQUIRED)).toEqual([
      expect.stringMatching(/^relay fault: The certificate of localhost:\d+ does not hold: /),
    ]);
    expect((await found(`smtp://localhost:${port}`))[0]).toMatch(/^relay ok/);
  });

  test('M11: a certificate for another name', async () => {
    const { port } = await postOffice(CERTIFICATE);
    // 0.0.0.0 leads to this machine too, and is not among the names of the certificate.
    expect(await found(`smtp://0.0.0.0:${port}`)).toEqual([
      expect.stringMatching(/^relay fault: The certificate of 0\.0\.0\.0:\d+ does not hold: .*Write the name/),
    ]);
  });

  test('smtps:// at a port for smtp://', async () => {
    const { port } = await postOffice();
    expect(await found(`smtps://localhost:${port}`)).toEqual([
      expect.stringMatching(/^relay fault: .* no encryption that can be used/),
    ]);
  });

  test('I13: a wrong password, and neither it nor the name is repeated', async () => {
    const { port } = await postOffice();
    const lines = await found(`smtp://anna.lind:wrong-pass-77@127.0.0.1:${port}`);
    expect(lines).toEqual([expect.stringMatching(/^relay fault: .* refuses the login: 535 .*Mend user and password/)]);
    expect(lines.join()).not.toMatch(/anna|wrong-pass/);
  });

  test('a login where none is taken', async () => {
    const { port } = await postOffice({ disabledCommands: ['AUTH'] });
    expect(await found(`smtp://anna:${PASSWORD}@127.0.0.1:${port}`)).toEqual([
      expect.stringMatching(/^relay fault: .* refuses the login/),
    ]);
  });
});
