import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { takeReturned } from '../../server/acts/bounce.ts';
import { withdraw } from '../../server/acts/withdraw.ts';
import { openLog } from '../../server/log.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import type { Parts } from '../../server/parts.ts';
import type { Vault } from '../../server/vault/vault.ts';
import { type Figure, number, type Say, scenario } from './scenario.ts';
import { openPostOffice, press, sendConfirmations, sendLetters, type Villager, write } from './village.ts';
import { openWorld, SLUG, storm } from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHOW = 'a-demonstration';
/** What stands in every name, every address and every text, and nowhere else. */
const CANARIES = { name: 'Zqnamecanary', email: 'zqmailcanary', ownWords: 'Zqwordscanary' };

/** What is broken on purpose: nothing is sealed, so that what is erased can be seen; and then how it is erased. */
type Glass = { erases: boolean; scrubs: boolean };
type Found = { whileWaiting: number; afterwards: number; backups: number; states: Set<string> };

/** A canary in every dress it could wear in a file. */
function dresses(canary: string): Buffer[] {
  const plain = Buffer.from(canary);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
    // Without the characters that its neighbours have a part in.
    return Buffer.from(text.slice(shift === 0 ? 0 : shift + 1, -4));
  });
  const utf16 = Buffer.from(canary, 'utf16le');
  const hex = plain.toString('hex');
  return [plain, ...base64, utf16, Buffer.from(utf16).swap16(), Buffer.from(hex), Buffer.from(hex.toUpperCase())];
}
const NEEDLES = Object.values(CANARIES).flatMap(dresses);

/** How many canaries there are in some bytes. */
function canariesIn(bytes: Buffer): number {
  let found = 0;
  for (const needle of NEEDLES)
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) found += 1;
  return found;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

const canariesBelow = (folder: string) =>
  filesBelow(folder).reduce((sum, file) => sum + canariesIn(readFileSync(file)), 0);

/** Everything in clear, as if there were no sealing at all. */
function glassVault(vault: Vault): void {
  const { sealForSender } = vault;
  const text = (value: unknown) => Buffer.from(JSON.stringify(value));
  const read = (box: Buffer | null) => (box ? JSON.parse(box.toString('utf8')) : null);
  Object.assign(vault, {
    sealBytes: (_series: string, _context: string, bytes: Buffer) => ({ box: bytes, dayKey: null }),
    sealJson: (_context: string, value: unknown) => ({ box: text(value), dayKey: null }),
    openBytes: (_context: string, { box }: { box: Buffer | null }) => box,
    openJson: (_context: string, { box }: { box: Buffer | null }) => read(box),
    sealForSender: (id: string, secrets: Parameters<Vault['sealForSender']>[1], value: unknown) => ({
      ...sealForSender(id, secrets, value),
      box: text(value),
    }),
    openForSender: (_id: string, _key: string, box: Buffer) => read(box),
    sealUnder: (_token: string, _context: string, value: unknown) => text(value),
    openUnder: (_token: string, _context: string, box: Buffer) => read(box),
  });
}

/** SQLite as it is without `secure_delete`, though it says otherwise. */
function withoutErasing(): () => void {
  const { pragma } = Sqlite.prototype;
  Sqlite.prototype.pragma = function (this: Sqlite.Database, source, options) {
    if (source === 'secure_delete') return 1;
    return pragma.call(this, source.replace('secure_delete = ON', 'secure_delete = OFF'), options);
  };
  return () => {
    Sqlite.prototype.pragma = pragma;
  };
}

function people(n: number, from: number): Villager[] {
  const one = (i: number): Villager => ({
    country: ['IE', 'DE', 'FR', 'IT'][i % 4] as string,
    name: `${CANARIES.name} Number${i}`,
    email: `${CANARIES.email}${i}@post.example`,
    ownWords: `I ask you for ${CANARIES.ownWords}.`,
  });
  return Array.from({ length: n }, (_, i) => one(from + i));
}

/** Letters go through every state, until nothing is left of any; what lies about is looked through on the way and after. */
async function flight(letters: number, glass: Glass | null, say: Say): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-canary-'));
  const [live, backups] = [join(folder, 'live'), join(folder, 'backups')];
  for (const each of [live, backups]) mkdirSync(each);
  const answer = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });
  const post = await openPostOffice((to) => {
    if (to.endsWith('interior-de.test')) return answer(550, '5.1.1 No such user');
    return to.endsWith('interior-fr.test') ? answer(550, '5.7.1 Not wanted here') : null;
  });
  const file = join(live, 'db');
  const restore = glass && !glass.erases ? withoutErasing() : () => {};
  const settings = { port: post.port, databaseUrl: `file:${file}`, keysDir: join(live, 'keys') };
  const world = await openWorld({ ...storm(40), facts: { ...storm(40).facts, draftOnly: [] } }, settings);
  restore();
  const log: string[] = [];
  const parts: Parts = {
    ...world.parts,
    log: openLog('trace', { write: (line: string) => void log.push(line) }),
  };
  try {
    if (glass) glassVault(parts.vault);
    const states = await through(parts, world.clock, post, letters);
    if (glass?.scrubs !== false) parts.store.erasure.scrub();
    const whileWaiting = canariesBelow(live) + canariesIn(Buffer.from(log.join('\n')));
    await backup(file, join(backups, 'early.db'));
    say(`${number(letters)} letters are in ${states.size} states`);

    world.clock.now += 73 * HOUR;
    await sweep(parts);
    await sendLetters(parts, SLUG);
    world.clock.now += 20 * DAY;
    await sweep(parts);
    world.clock.now += 20 * DAY;
    await sweep(parts);
    const isClean = glass?.scrubs !== false ? parts.store.erasure.scrub() : true;
    await backup(file, join(backups, 'late.db'));
    const afterwards = canariesBelow(live) + canariesIn(Buffer.from(log.join('\n'))) + (isClean ? 0 : 1);
    return { whileWaiting, afterwards, backups: glass ? 0 : canariesBelow(backups), states };
  } finally {
    await world.close();
    await post.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function backup(file: string, to: string): Promise<void> {
  const client = new Sqlite(file, { readonly: true });
  await client.backup(to);
  client.exec(`vacuum into '${to}.vacuum'`);
  client.close();
}

type Office = Awaited<ReturnType<typeof openPostOffice>>;

/** Lets letters come to every state there is; gives the states that were seen. */
async function through(parts: Parts, clock: { now: number }, post: Office, letters: number): Promise<Set<string>> {
  const { store } = parts;
  const tokens = (some: Villager[]) => some.map(({ email }) => post.tokenOf(email));
  const fifth = Math.ceil(letters / 5);
  const states = new Set<string>();
  const note = async (status: string[]) => {
    for (const token of status) {
      const row = await store.letters.byStatus(parts.vault.lookup(token));
      if (row) states.add(row.state);
    }
  };
  // Sent, failed and held, by the office's answer; of the sent ones every other comes back.
  const gone = people(2 * fifth, 0);
  await write(parts, SLUG, gone);
  await sendConfirmations(parts);
  const status = await press(parts, tokens(gone));
  await sendLetters(parts, SLUG);
  await note(status);
  for (const [i, token] of status.entries()) {
    const row = await store.letters.byStatus(parts.vault.lookup(token));
    if (row?.state !== 'sent' || i % 2) continue;
    const addresses = [`${parts.vault.returnPath('letter', row.id)}@${parts.config.mailDomain}`];
    await takeReturned(parts, { addresses, verdict: { kind: 'hard', status: '5.1.1', recipient: null } });
  }
  await note(status);
  // Withdrawn, and waiting (of a pace, or of nobody who sends).
  const waiting = people(fifth, 2 * fifth);
  await write(parts, SLUG, waiting);
  await sendConfirmations(parts);
  const later = await press(parts, tokens(waiting));
  for (const token of later.slice(0, Math.ceil(later.length / 2))) await withdraw(parts, token);
  await note(later);
  // Pending: mailed, and not mailed yet.
  const open = people(fifth, 3 * fifth);
  await write(parts, SLUG, open);
  await sendConfirmations(parts);
  await write(parts, SLUG, people(letters - 4 * fifth, 4 * fifth));
  // A demonstration, whose mail stays here.
  const show = storm(40);
  const facts = { ...show.facts, slug: SHOW, demonstration: true };
  await store.campaigns.save({ ...show, facts }, null, clock.now);
  await store.campaigns.setState(SHOW, ['draft'], 'open', clock.now);
  await parts.campaigns.refresh();
  await write(parts, SHOW, people(5, letters));
  await sendConfirmations(parts);
  return states;
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });

export const canary = scenario({
  name: 'canary',
  sample: 40,
  full: 1000,
  did: (letters) =>
    `${number(letters)} letters with a canary in each name, address and text go through every state there is, and five of a ` +
    'demonstration; then all spans run out. Database, journal, keys, log and backups are looked through for them in clear, in ' +
    'base64 (all three alignments), hex and UTF-16. Once more without any sealing, so that what is erased can be seen.',
  async run(letters, say): Promise<{ figures: Figure[]; controls: { broken: string; figure: Figure }[] }> {
    const sealed = await flight(letters, null, say);
    const glass = await flight(letters, { erases: true, scrubs: true }, say);
    const unerased = await flight(Math.min(letters, 40), { erases: false, scrubs: true }, say);
    const unscrubbed = await flight(Math.min(letters, 40), { erases: true, scrubs: false }, say);
    return {
      figures: [
        { what: 'states of letters that were reached', value: sealed.states.size, bound: { exactly: 6 } },
        none('canaries in database, journal, keys and log while letters wait', sealed.whileWaiting),
        none('canaries there when all spans have run out', sealed.afterwards),
        none('canaries in the backups of both moments', sealed.backups),
        {
          what: 'canaries seen while letters wait, when nothing is sealed',
          value: glass.whileWaiting,
          bound: { least: letters },
        },
        none('canaries left when all spans have run out, although nothing was sealed', glass.afterwards),
      ],
      controls: [
        { broken: 'nothing is sealed', figure: none('canaries while letters wait', glass.whileWaiting) },
        { broken: 'nothing is sealed, and secure_delete is off', figure: none('canaries left', unerased.afterwards) },
        { broken: 'nothing is sealed, and nothing is scrubbed', figure: none('canaries left', unscrubbed.afterwards) },
      ],
    };
  },
});
