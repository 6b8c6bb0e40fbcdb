import type { Parts } from '../parts.ts';

/** What the sheet of paper shows. `filling`: a script may put what is typed into its tinted places. */
export type SheetContent = {
  language: string;
  to: string;
  from: string;
  fromIsSlot?: boolean;
  replyTo?: string;
  subject: string;
  body: string;
  filling?: boolean;
};

/** A letter as the template shows it; `pageLanguage` is that of the words around it. */
export function sheet(
  parts: Pick<Parts, 'views'>,
  pageLanguage: string,
  content: SheetContent,
): Record<string, unknown> {
  const say = (key: string) => parts.views.say(pageLanguage, key);
  return {
    label: say('write.sheet.label'),
    labels: { to: say('sheet.to'), from: say('sheet.from'), reply: say('sheet.reply'), subject: say('sheet.subject') },
    fromIsSlot: false,
    replyTo: null,
    filling: false,
    ...content,
  };
}
