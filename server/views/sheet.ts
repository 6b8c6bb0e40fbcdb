import Handlebars from 'handlebars';
import { MARK } from '../domain/letter.ts';

const MARKED = new RegExp(`${MARK.open}([A-Za-z]+)${MARK.name}([^${MARK.close}]*)${MARK.close}`, 'g');

/** A letter's plain text as HTML: paragraphs, line breaks, and tinted places for what the sender adds. */
export function letterHtml(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${marked(Handlebars.escapeExpression(paragraph)).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
}

function marked(escaped: string): string {
  return escaped.replace(MARKED, (_, slot: string, value: string) => `<mark data-slot="${slot}">${value}</mark>`);
}
