import { DeliveryRefused } from '../../server/mail/mailer.ts';
import type { Parts } from '../../server/parts.ts';
import { type Findings, inspect } from './check.ts';
import { startFaultServer } from './fault-server.ts';
import { isAmbiguous, MODES, type Mode } from './modes.ts';
import { type Figure, number, scenario } from './scenario.ts';
import { runDry } from './watch.ts';
import { confirmLetters, openWorld, storm } from './world.ts';

type Settings = { letters: number; offices: number; seed: number; spoil?: (parts: Parts) => Parts };

/** Sends letters through a mail server that misbehaves in one way, until all have ended, and looks at what became of them. */
export async function through(mode: Mode, { letters, offices, seed, spoil }: Settings) {
  const server = await startFaultServer(mode, { seed });
  // Long enough that a busy machine does not look like a hung server; short where the server is to hang.
  const patience = mode.act === 'hang' ? 1000 : 30_000;
  const relay = { socketTimeout: patience, greetingTimeout: patience };
  const world = await openWorld(storm(offices), { port: server.port, relay, seed, ...(spoil && { spoil }) });
  try {
    const tokens = await confirmLetters(world, 0, letters);
    world.start();
    await runDry(world);
    return { ...(await inspect(world.parts, tokens, server.transactions)), fired: server.fired() };
  } finally {
    await world.close();
    await server.stop();
  }
}

const sum = (all: readonly Findings[], of: keyof Findings) => all.reduce((total, each) => total + each[of], 0);
const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });

const tooMany = (found: Findings) => none('copies that no ambiguous attempt excuses, or third ones', found.tooMany);
const lost = (found: Findings) => none('letters lost', found.lost);

function ofMode({ name, ...mode }: Mode, found: Findings): Figure[] {
  const states = `${number(found.sent)} sent, ${number(found.failed)} failed, ${number(found.held)} held`;
  const figures = [none(`${name}: letters lost of ${number(found.letters)} (${states})`, found.lost)];
  const most = isAmbiguous({ name, ...mode }) ? found.ambiguous : 0;
  if (most > 0 || found.extra > 0)
    figures.push({ what: `${name}: extra copies, of ambiguous attempts at most`, value: found.extra, bound: { most } });
  return figures;
}

/** A mailer that believes every drop happened before the dot, and so has the letter tried again as often as it takes. */
function rash(parts: Parts): Parts {
  const deliver: Parts['mailers']['deliver'] = (...args) =>
    parts.mailers.deliver(...args).catch((error) => {
      if (error instanceof DeliveryRefused && error.doubtful) throw new DeliveryRefused('not sent, surely', {});
      throw error;
    });
  return { ...parts, mailers: { ...parts.mailers, deliver } };
}

/** A mailer that takes every mail for sent, whatever the server says. */
function blithe(parts: Parts): Parts {
  const deliver: Parts['mailers']['deliver'] = (...args) =>
    parts.mailers.deliver(...args).catch(() => ({ answer: '250 surely' }));
  return { ...parts, mailers: { ...parts.mailers, deliver } };
}

const named = (name: string): Mode => {
  const mode = MODES.find((each) => each.name === name);
  if (!mode) throw new Error(`there is no mode ${name}`);
  return mode;
};

export const faults = scenario({
  name: 'smtp-faults',
  sample: { letters: 8, offices: 2, modes: MODES },
  full: { letters: 500, offices: 10, modes: MODES },
  did: ({ letters, offices, modes }) =>
    `A mail server that misbehaves in ${modes.length} ways, one after the other, in a share of its conversations. Through each, ` +
    `${letters} letters to ${offices} offices, until every one was sent, given up or held. What the server saw on the wire is ` +
    'compared with what the database says.',
  async run({ letters, offices, modes }, say) {
    const all: Findings[] = [];
    const figures: Figure[] = [];
    let idle = 0;
    for (const [seed, mode] of modes.entries()) {
      const found = await through(mode, { letters, offices, seed: seed + 1 });
      all.push(found);
      figures.push(...ofMode(mode, found));
      if (mode.often > 0 && found.fired === 0) idle += 1;
      say(`${mode.name}: ${JSON.stringify(found)}`);
    }
    figures.push(
      none('ways of misbehaving that never came to pass', idle),
      none('copies that no ambiguous attempt excuses, or third ones', sum(all, 'tooMany')),
      none('recipients on the wire that are not the one office the letter is for', sum(all, 'strays')),
      none("texts under another Message-ID than their letter's own", sum(all, 'wrongIds')),
      none('ambiguous attempts that the tally has too many or too few', sum(all, 'miscounted')),
      none('differences between the tally and the rows', sum(all, 'differences')),
    );
    const small = { letters: Math.min(letters, 60), offices, seed: 99 };
    const often = { ...named('drop after the dot, kept'), often: 0.8 };
    const copied = await through(often, { ...small, spoil: rash });
    const believed = await through(named('450 at RCPT'), { ...small, spoil: blithe });
    return {
      figures,
      controls: [
        {
          broken: 'a drop after the dot is taken for "certainly not sent", and the letter tried freely',
          figure: tooMany(copied),
        },
        { broken: 'every refusal is taken for "sent"', figure: lost(believed) },
      ],
    };
  },
});
