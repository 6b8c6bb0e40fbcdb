import type { Challenge } from 'altcha-lib';
import type { FastifyRequest } from 'fastify';
import { type FieldFault, Refusal } from '../domain/errors.ts';
import type { Parts } from '../parts.ts';
import { isHere, openCallers } from './callers.ts';
import { text } from './request.ts';
import { openWork } from './work.ts';

/** A network that has written so often in an hour, or everybody so often in a minute, must do some work, or wait. */
const MANY_OF_NETWORK = 20;
const MANY_OF_ALL = 120;

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
/** Nobody reads a letter and types a name and an address in less. */
const QUICKEST = 3 * SECOND;
/** What a browser without script waits instead of working. */
const WAIT = 60 * SECOND;

/** What the form carries beside what is typed; a field by this name that is not left empty was filled by a machine. */
export const TRAP = 'homepage';
const ABOUT = 'form';

/** Somebody writes too often to be let in without some work; `challenge` is what a program solves and sends back. */
export class Busy extends Refusal {
  readonly challenge: Challenge;
  constructor(challenge: Challenge) {
    super('busy');
    this.challenge = challenge;
  }
}

/**
 * Keeps machines from writing in people's names: a trap, the time a form was open, and work where many write. Nobody is
 * shut out, and nothing bites on this machine itself. It knows networks by {@link openCallers} only.
 */
export function openGuard({ vault, now }: Pick<Parts, 'vault' | 'now'>) {
  const callers = openCallers(now);
  const work = openWork(vault.workSecret, now);
  const used = new Map<string, number>();

  function isBusy(request: FastifyRequest): boolean {
    const { network, all } = callers.seen(request.ip);
    return !isHere(request.ip) && (network >= MANY_OF_NETWORK || all >= MANY_OF_ALL);
  }

  /** Whether the waiting of a form has not been used yet; then it is. */
  function spend(ticket: string): boolean {
    for (const [old, end] of used) {
      if (end > now()) break;
      used.delete(old);
    }
    if (used.has(ticket)) return false;
    used.set(ticket, now() + DAY);
    return true;
  }

  async function formFault(request: FastifyRequest, form: unknown): Promise<FieldFault | null> {
    if (text(form, TRAP)) return { field: TRAP, fault: 'fault.homepage.filled' };
    if (isHere(request.ip)) return null;
    const started = text(form, 'started') ?? '';
    const ticket = vault.readTicket(started, ABOUT, now());
    const age = ticket ? now() - (ticket.expiresAt - DAY) : null;
    if (age === null) return { field: 'started', fault: 'fault.started.old' };
    if (age < QUICKEST) return { field: 'started', fault: 'fault.started.quick' };
    if (!isBusy(request) || (await work.isDone(text(form, 'proof') ?? ''))) return null;
    if (age >= WAIT && spend(started)) return null;
    return { field: 'started', fault: 'fault.started.busy' };
  }

  /** Whether what comes now belongs to a flood, and is counted apart. It counts from here on. */
  function note(request: FastifyRequest): boolean {
    const suspected = !isHere(request.ip) && callers.seen(request.ip).network >= MANY_OF_NETWORK;
    callers.note(request.ip);
    return suspected;
  }

  return {
    /**
     * What a new form carries. `typed`: the form that comes back, whose time goes on; where many write, there is work
     * that a script does while the person types.
     */
    async formFields(request: FastifyRequest, typed: unknown) {
      const started = text(typed, 'started') ?? '';
      const goesOn = vault.readTicket(started, ABOUT, now()) !== null && !used.has(started);
      return {
        started: goesOn ? started : vault.newTicket(ABOUT, now() + DAY),
        trap: text(typed, TRAP) ?? null,
        work: isBusy(request) ? JSON.stringify(await work.challenge()) : null,
      };
    },
    /** A form that somebody sends. Gives whether it belongs to a flood. @throws Refusal with what to do */
    async form(request: FastifyRequest): Promise<boolean> {
      const fault = await formFault(request, request.body);
      if (fault) throw new Refusal('invalid-input', {}, [fault]);
      return note(request);
    },
    /** A program's call; `proof` is the work it did. Gives whether it belongs to a flood. @throws Busy */
    async call(request: FastifyRequest, proof: string | undefined): Promise<boolean> {
      if (isBusy(request) && !(await work.isDone(proof ?? ''))) throw new Busy(await work.challenge());
      return note(request);
    },
  };
}
export type Guard = ReturnType<typeof openGuard>;
export type FormFields = Awaited<ReturnType<Guard['formFields']>>;
