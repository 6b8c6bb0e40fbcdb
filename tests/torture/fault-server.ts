import { createServer, type Server, type Socket } from 'node:net';
import type { Act, Mode, Stage } from './modes.ts';
import { seeded } from './seeded.ts';

/** One mail as the server saw it: who it is from and to, how far it came, whether it was kept, and what was answered last. */
export type Transaction = {
  at: number;
  /** What the other end calls itself. */
  helo: string;
  from: string;
  to: string[];
  /** The final dot has come. */
  whole: boolean;
  /** The connection ended, or was left hanging, while the text was coming. */
  cutInText: boolean;
  kept: boolean;
  messageId: string | null;
  /** The answer that decided, such as `250 …` after the dot; null where none was given. */
  answer: string | null;
};

type Options = {
  seed?: number;
  now?: () => number;
  port?: number;
  slowMs?: number;
  /** Gets the lines of each text that came whole, before it is answered. */
  read?: (lines: string[], transaction: Transaction) => void;
};

/** A mail server on 127.0.0.1 that misbehaves in one way, and remembers every mail and what it did with it. */
export async function startFaultServer(mode: Mode, options: Options = {}) {
  const { seed = 1, now = Date.now, port = 0, slowMs = 30, read = () => {} } = options;
  const transactions: Transaction[] = [];
  const sockets = new Set<Socket>();
  const random = seeded(seed);
  let fired = 0;
  const fires = (stage: Stage) => {
    // The first time always: a way of misbehaving that never comes to pass would prove nothing.
    if (mode.at !== stage || random() >= mode.often * (fired === 0 ? 1000 : 1)) return false;
    fired += 1;
    return true;
  };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    converse(socket, { mode, fires, now, slowMs, read, note: (each) => transactions.push(each) });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    port: portOf(server),
    transactions,
    /** How often it has misbehaved. */
    fired: () => fired,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

export type FaultServer = Awaited<ReturnType<typeof startFaultServer>>;

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

type Desk = {
  mode: Mode;
  slowMs: number;
  fires(stage: Stage): boolean;
  now(): number;
  note(transaction: Transaction): void;
  read(lines: string[], transaction: Transaction): void;
};

/** One conversation, from the greeting to its end. */
function converse(socket: Socket, { mode, slowMs, fires, now, note, read }: Desk): void {
  let mail: Transaction | null = null;
  let text: string[] | null = null;
  let helo = '';
  let rest = '';
  let dead = false;

  function reply(line: string): void {
    if (!mode.split) socket.write(`${line}\r\n`);
    else inPieces(socket, `${line.slice(0, 3)}-one line more\r\n${line}\r\n`);
  }

  function end(): void {
    dead = true;
    if (text && mail) mail.cutInText = true;
    socket.destroySoon();
  }

  /** Misbehaves. Gives true when the usual answer must not be given. */
  function act(what: Act, usual: string): true {
    if (what === 'drop') end();
    else if (what === 'hang') {
      dead = true;
      if (text && mail) mail.cutInText = true;
    } else if (what === 'slow') setTimeout(() => reply(usual), slowMs);
    else {
      if (mail) mail.answer = what.say;
      socket.write(`${what.say}\r\n`);
      if (what.thenDrop) end();
    }
    return true;
  }

  /** Answers a verb as one should, or as the mode has it. Gives whether it was done as one should. */
  function answer(stage: Stage, usual: string): boolean {
    if (fires(stage)) return !act(mode.act, usual);
    reply(usual);
    return true;
  }

  function dot(lines: string[]): void {
    if (!mail) return;
    const done = mail;
    mail.whole = true;
    mail.messageId = /^message-id:\s*(<[^>]+>)/im.exec(lines.join('\n'))?.[1] ?? null;
    mail = null;
    read(lines, done);
    const usual = '250 2.0.0 Ok: queued';
    if (fires('dot')) {
      done.kept = mode.keeps ?? false;
      if (typeof mode.act === 'object') done.answer = mode.act.say;
      if (mode.act === 'slow') done.answer = usual;
      act(mode.act, usual);
      return;
    }
    done.kept = true;
    done.answer = usual;
    reply(usual);
    if (fires('idle')) setTimeout(() => dead || mail || act(mode.act, ''), 3);
  }

  function command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') {
      helo = line.slice(5);
      answer('EHLO', '250 torture.test');
    } else if (verb === 'MAIL') {
      const from = /<([^>]*)>/.exec(line)?.[1] ?? '';
      mail = {
        at: now(),
        helo,
        from,
        to: [],
        whole: false,
        cutInText: false,
        kept: false,
        messageId: null,
        answer: null,
      };
      note(mail);
      if (!answer('MAIL', '250 Ok')) mail = null;
    } else if (verb === 'RCPT') {
      mail?.to.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
      answer('RCPT', '250 Ok');
    } else if (verb === 'DATA') {
      if (mail && answer('DATA', '354 Go on')) text = [];
    } else if (verb === 'QUIT') {
      reply('221 Bye');
      end();
    } else {
      mail = null;
      reply('250 Ok');
    }
  }

  function textLine(line: string): void {
    if (text?.length === 0 && fires('text')) {
      act(mode.act, '');
      return;
    }
    if (line === '.') {
      const lines = text ?? [];
      text = null;
      dot(lines);
    } else text?.push(line);
  }

  socket.on('data', (chunk) => {
    rest += chunk.toString('latin1');
    for (let at = rest.indexOf('\r\n'); at >= 0 && !dead; at = rest.indexOf('\r\n')) {
      const line = rest.slice(0, at);
      rest = rest.slice(at + 2);
      if (text) textLine(line);
      else command(line);
    }
  });
  socket.on('close', () => {
    if (text && mail) mail.cutInText = true;
  });
  answer('connect', '220 torture.test ESMTP');
}

/** Writes a text a few bytes at a time, each in a packet of its own. */
function inPieces(socket: Socket, text: string): void {
  const [piece, left] = [text.slice(0, 7), text.slice(7)];
  socket.write(piece);
  if (left) setImmediate(() => inPieces(socket, left));
}
