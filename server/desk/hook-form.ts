import { EVENT_KINDS, EVENTS, type EventKind } from '../domain/hooks.ts';
import { type AddressFault, readAddress } from '../hooks/address.ts';
import { text, texts } from '../http/request.ts';
import { type FieldModel, field } from './fields.ts';

const WORDS: Record<AddressFault, string> = {
  none: 'Write an address, such as https://hooks.example.org/told.',
  'not-https': 'Write an address that begins with https://. Over any other way the messages could be read.',
  'no-name': 'Write the whole name, such as hooks.example.org: one word is only known inside a network.',
  number: 'Write a name, such as hooks.example.org, and no number: certificates are for names.',
  credentials: 'Leave out the user and password before the @. A token may stand behind the name.',
  port: 'Leave out the port, or use one from 1024 on.',
  'too-long': 'Write an address of at most 2,000 characters.',
};

export type HookForm = { address: string; events: EventKind[]; fields: FieldModel[] };

/** The address and the events that a form asks for, and its fields with what is wrong in them. */
export function readHookForm(form: unknown): HookForm {
  const typed = text(form, 'address') ?? '';
  const read = readAddress(typed);
  const events = EVENT_KINDS.filter((kind) => texts(form, 'events').includes(kind));
  return {
    address: 'url' in read ? read.url.href : '',
    events,
    fields: hookFields(typed, {
      address: 'fault' in read ? WORDS[read.fault] : null,
      events: events.length > 0 ? null : 'Tick at least one.',
    }),
  };
}

/** The two fields of the form. */
export function hookFields(address: string, faults: { address: string | null; events: string | null }): FieldModel[] {
  return [
    field('address', 'Its address', {
      ...{ value: address, fault: faults.address, type: 'url' },
      hint: 'As the other program gives it to you. It may hold a token: nobody sees it whole again.',
    }),
    field('events', 'What it is told', { fault: faults.events }),
  ];
}

/** The boxes to tick. */
export function eventBoxes(chosen: readonly EventKind[]) {
  return EVENT_KINDS.map((kind, i) => ({
    kind,
    id: i === 0 ? 'events' : `events-${i}`,
    means: EVENTS[kind],
    isChosen: chosen.includes(kind),
  }));
}
