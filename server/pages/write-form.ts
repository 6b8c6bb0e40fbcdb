import { writeLetter } from '../acts/write.ts';
import { inLanguage, languageOf } from '../domain/campaign.ts';
import { LIMITS } from '../domain/sender.ts';
import { TRAP } from '../http/guard.ts';
import { text, texts } from '../http/request.ts';
import { faultOf, field, type PageParts } from './page.ts';
import type { Writing } from './writing.ts';

/** The form beside the letter; what was typed comes back with its faults. */
export function letterForm(parts: PageParts, writing: Writing): Record<string, unknown> {
  const { campaign, choice, country, recipient, lang, arrives, source, typed, faults, carries } = writing;
  const hint = (id: string, values = {}) => parts.views.say(lang, `send.${id}.hint`, values);
  const one = (id: string, options: Parameters<typeof field>[3]) =>
    field(parts, lang, id, { value: text(typed, id), faults, ...options });
  const number = new Intl.NumberFormat(lang);
  const fields = [];
  // Own words come first: they are what keeps a letter from being put with all the others.
  if (campaign.facts.editing === 'own-words') {
    fields.push(
      one('ownWords', { rows: 4, optional: true, hint: hint('ownWords', { max: number.format(LIMITS.ownWords) }) }),
    );
  }
  fields.push(
    one('name', { autocomplete: 'name', hint: hint('name') }),
    one('email', { type: 'email', autocomplete: 'email', hint: hint('email') }),
    one('place', { autocomplete: 'address-level2', optional: true, hint: hint('place') }),
  );
  if (campaign.facts.editing === 'full') fields.push(...rewriting(parts, writing, one));
  const also = choice.recipients.find(({ id, country: where }) => id !== recipient.id && where === 'EU');
  return {
    hidden: [
      { name: 'country', value: country },
      { name: 'recipient', value: recipient.id },
      { name: 'recipients', value: recipient.id },
      { name: 'language', value: arrives },
      { name: 'lang', value: lang },
      { name: 'src', value: source ?? '' },
      { name: 'started', value: carries.started },
    ],
    work: carries.work,
    trap: trap(parts, writing),
    once: faultOf(parts, lang, faults, 'started'),
    neutral: text(typed, 'neutral') !== undefined,
    contact: contact(writing),
    fields,
    also: also ? { id: also.id, name: also.name, checked: texts(typed, 'recipients').includes(also.id) } : null,
  };
}

/** The campaign's own question whether it may write; a box that nobody has ticked beforehand. */
function contact({ campaign: { facts }, lang, typed }: Writing): Record<string, unknown> | null {
  if (!facts.contacts) return null;
  return {
    ask: inLanguage(facts.contacts.ask, lang, facts),
    language: languageOf(facts.contacts.ask, lang, facts),
    organiser: facts.organiser.name,
    ticked: text(typed, 'contact') !== undefined,
  };
}

/** A field that people do not see, and machines fill; whoever filled it is shown it, to empty it. */
function trap(parts: PageParts, { lang, faults, carries }: Writing): Record<string, unknown> {
  return { id: TRAP, shown: carries.trap, fault: faultOf(parts, lang, faults, TRAP) };
}

/** Subject and letter to be changed, filled with ours. The name is typed into the letter, so it is not put in twice. */
function rewriting(
  parts: PageParts,
  writing: Writing,
  one: (id: string, options: Parameters<typeof field>[3]) => Record<string, unknown>,
) {
  const { campaign, recipient, country, arrives, typed, lang } = writing;
  const name = parts.views.say(arrives, 'draft.placeholder');
  const ours = writeLetter(
    { campaign, recipient, country, language: arrives },
    { name, place: '', ownWords: '' },
    parts.now(),
  );
  return [
    one('subject', { value: text(typed, 'subject') ?? ours.subject }),
    one('body', { value: text(typed, 'body') ?? ours.body, rows: 16, hint: parts.views.say(lang, 'send.body.hint') }),
  ];
}
