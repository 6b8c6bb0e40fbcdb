/**
 * How much something weighs: a fault refuses a launch everywhere; a stop does where campaigners launch, at the desk, and
 * the command line prints it as a doubt; a doubt is shown.
 */
export type Weight = 'fault' | 'stop' | 'doubt';

/** Where it is mended: a field of the facts or texts, an office (null: the list), or a letter text by its name. */
export type Where =
  | { page: 'facts' | 'texts'; field: string }
  | { page: 'recipients'; recipient: string | null }
  | { page: 'letters'; text: string };

/** What a look at a campaign found: about what, and in a sentence what is wrong and what mends it. */
export type Found = { weight: Weight; about: string; says: string; where: Where };

type Says = (about: string, says: string, where: Where) => Found;
const as =
  (weight: Weight): Says =>
  (about, says, where) => ({ weight, about, says, where });

export const fault = as('fault');
export const stop = as('stop');
export const doubt = as('doubt');

export const inFacts = (field: string): Where => ({ page: 'facts', field });
export const inTexts = (field: string): Where => ({ page: 'texts', field });
export const inList = (recipient: string | null): Where => ({ page: 'recipients', recipient });
export const inLetters = (text: string): Where => ({ page: 'letters', text });
