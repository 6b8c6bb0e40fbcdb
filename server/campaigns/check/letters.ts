import type { CampaignContent } from '../../domain/campaign.ts';
import { textName } from '../../domain/letter.ts';
import { isVariants, variantsName } from '../../domain/variants.ts';
import { type CompiledLetter, compileLetter, LetterFault } from '../../views/letters.ts';
import { draftsFound } from '../fit.ts';
import { likenessFound } from '../likeness.ts';
import { placeholderIn } from '../placeholders.ts';
import { groupsOf, variantFaults } from '../variants.ts';
import type { Remark } from '../wording.ts';
import { type Found, fault, inLetters, inList, inTexts, type Where } from './found.ts';

/** The texts of a campaign: whether there is one for everybody, whole, and short enough for links. */
export function lettersFound(campaign: CampaignContent): Found[] {
  const { compiled, found } = compiledLetters(campaign);
  return [
    ...missing(campaign),
    ...found,
    ...placeholders(campaign),
    ...draftsFound(campaign, compiled),
    ...likenessFound(campaign, compiled),
  ];
}

function missing({ facts, recipients, texts }: CampaignContent): Found[] {
  return facts.languages.flatMap((language) => {
    const without = recipients.filter(({ id }) => !textName(texts, language, id)).map(({ id }) => id);
    if (without.length === 0) return [];
    const some =
      without.length > 3 ? `${without.slice(0, 3).join(', ')} and ${without.length - 3} more` : without.join(', ');
    const says = `there is no letter in "${language}" for ${some}. Write it, or take the language out.`;
    return [fault(`${language}.hbs`, says, inLetters(language))];
  });
}

function compiledLetters({ texts }: CampaignContent): { compiled: Map<string, CompiledLetter>; found: Found[] } {
  const compiled = new Map<string, CompiledLetter>();
  const found: Found[] = [];
  const say = (name: string, { line, text }: Remark) =>
    found.push(fault(`${name}.hbs${line === null ? '' : `, line ${line}`}`, text, inLetters(name)));
  for (const [name, text] of Object.entries(texts).filter(([each]) => !isVariants(each))) {
    try {
      compiled.set(name, compileLetter(text));
      const variants = variantsName(name);
      const wrong = texts[variants] === undefined ? [] : variantFaults(texts[variants], text);
      for (const remark of wrong) say(variants, remark);
      if (wrong.length === 0) compiled.set(name, compileLetter(text, groupsOf(texts, name)));
    } catch (error) {
      if (!(error instanceof LetterFault)) throw error;
      say(name, { line: error.line, text: `The letter ${error.message}.` });
    }
  }
  return { compiled, found };
}

function placeholders({ facts, recipients, texts }: CampaignContent): Found[] {
  const written: [about: string, text: string, where: Where][] = [
    ...Object.entries(texts).map(([name, text]) => [`${name}.hbs`, text, inLetters(name)] as [string, string, Where]),
    ...(['title', 'summary', 'background'] as const).flatMap((key) =>
      Object.entries(facts[key] ?? {}).map(
        ([language, text]) => [`${key}, ${language}`, text, inTexts(`${key}.${language}`)] as [string, string, Where],
      ),
    ),
    ...recipients.flatMap(({ id, name, office, salutation, offices, salutations }) =>
      [name, office, salutation, ...Object.values(offices), ...Object.values(salutations)].map(
        (text) => [id, text, inList(id)] as [string, string, Where],
      ),
    ),
  ];
  return written.flatMap(([about, text, where]) => {
    // The letter's own variables are filled by the tool.
    const found = placeholderIn(text.replace(/\{\{[^{}]*\}\}/g, ''));
    return found ? [fault(about, `${found} was never filled in.`, where)] : [];
  });
}
