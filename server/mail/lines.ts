import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** How a mail server is reached, and who signs in there. */
export type LineOptions = SMTPConnectionOptions & { auth?: { user: string; pass: string } };

/** A connection that greeted, is encrypted where it must be, and signed in. `used`: how many mails went over it. */
export type Line = { connection: SMTPConnection; used: number; broken: boolean };

/** A connection could not be made: nothing of any mail was said yet. */
export class NoLine extends Error {}

const MAILS_A_LINE = 100;
const IDLE_MS = 20_000;
const FAREWELL_MS = 5000;

/** Keeps at most `most` connections to one mail server, made when they are needed and used again while they last. */
export function openLines(options: LineOptions, most: number) {
  const idle: { line: Line; since: number }[] = [];
  const queue: (() => void)[] = [];
  const open = new Set<Line>();
  let making = 0;
  let closed = false;

  function forget(line: Line): void {
    line.broken = true;
    open.delete(line);
    const at = idle.findIndex((each) => each.line === line);
    if (at >= 0) idle.splice(at, 1);
    line.connection.close();
    queue.shift()?.();
  }

  async function make(): Promise<Line> {
    making += 1;
    try {
      const line: Line = { connection: new SMTPConnection(options), used: 0, broken: false };
      await connect(line, options.auth).catch((error) => {
        line.connection.close();
        throw error;
      });
      open.add(line);
      line.connection.once('end', () => forget(line));
      return line;
    } finally {
      making -= 1;
    }
  }

  async function get(): Promise<Line> {
    const rested = idle.pop();
    if (rested) return rested.line;
    if (open.size + making >= most) {
      await new Promise<void>((take) => queue.push(take));
      return get();
    }
    try {
      return await make();
    } catch (error) {
      queue.shift()?.();
      throw error;
    }
  }

  const tidy = setInterval(() => {
    for (const { line, since } of [...idle]) if (Date.now() - since > IDLE_MS) hangUp(line);
  }, IDLE_MS / 2);
  tidy.unref();

  function hangUp(line: Line): void {
    const at = idle.findIndex((each) => each.line === line);
    if (at >= 0) idle.splice(at, 1);
    takeLeave(line);
  }

  /** Says goodbye; who does not answer is not waited for. */
  function takeLeave(line: Line): void {
    line.connection.quit();
    setTimeout(() => {
      if (open.has(line)) forget(line);
    }, FAREWELL_MS).unref();
  }

  return {
    /** A line to send one mail over; waits while all are in use. @throws whatever kept it from being made */
    get(): Promise<Line> {
      return closed ? Promise.reject(new NoLine('the mailer is closed')) : get();
    },
    /** Gives a line back after a mail that ended well, to be used for the next. */
    giveBack(line: Line): void {
      if (line.broken) return;
      if (closed || line.used >= MAILS_A_LINE) takeLeave(line);
      else idle.push({ line, since: Date.now() });
      queue.shift()?.();
    },
    /** Breaks a line off: what was being said on it is not trusted any more. */
    breakOff: forget,
    /** Begins no more mails; those under way, and those that wait for a line, go on. */
    close(): void {
      closed = true;
      clearInterval(tidy);
      for (const { line } of [...idle]) hangUp(line);
    },
    /** Breaks off whatever is still being said. */
    cut(): void {
      for (const line of [...open]) forget(line);
    },
  };
}

function connect(line: Line, auth: LineOptions['auth']): Promise<void> {
  const { connection } = line;
  return new Promise((resolve, reject) => {
    connection.on('error', (error) => {
      line.broken = true;
      reject(error);
    });
    connection.once('end', () => reject(new NoLine('the connection ended before it was ready')));
    connection.connect((error) => {
      if (error) reject(error);
      else if (!auth) resolve();
      else connection.login({ user: auth.user, pass: auth.pass }, (refused) => (refused ? reject(refused) : resolve()));
    });
  });
}
