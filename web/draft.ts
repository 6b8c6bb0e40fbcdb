// Makes the draft anew in the browser with what is typed: nothing about the sender is sent anywhere.
import { type DraftText, draftEml, draftLinks } from '../server/domain/drafts.ts';
import { fillMarks } from '../server/domain/letter.ts';

type Draft = { to: string | null; whole: DraftText; short: DraftText | null; placeholder: string };

const room = document.querySelector<HTMLElement>('[data-draft]');
if (room) start(room, JSON.parse(room.dataset.draft ?? '{}') as Draft);

function start(room: HTMLElement, draft: Draft): void {
  for (const note of document.querySelectorAll<HTMLElement>('[data-without]')) note.hidden = true;
  for (const panel of room.querySelectorAll<HTMLElement>('[data-with]')) panel.hidden = false;
  const fields = room.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    '[data-with] input, [data-with] textarea',
  );
  const update = () => show(room, draft, typed(fields, draft.placeholder));
  for (const field of fields) field.addEventListener('input', update);
  for (const button of room.querySelectorAll<HTMLButtonElement>('[data-copy]')) offerCopy(room, button);
  update();
}

function typed(fields: Iterable<HTMLInputElement | HTMLTextAreaElement>, placeholder: string): Record<string, string> {
  const values = Object.fromEntries(
    [...fields].map((field) => [field.name, field.value.replace(/\r\n?/g, '\n').trim()]),
  );
  return { ...values, name: values.name || placeholder };
}

function show(room: HTMLElement, draft: Draft, values: Record<string, string>): void {
  const filled = (text: DraftText): DraftText => ({ subject: text.subject, body: fillMarks(text.body, values) });
  const whole = filled(draft.whole);
  showLinks(room, draft, whole, draft.short && filled(draft.short));
  const copy = document.getElementById('copy-letter') as HTMLTextAreaElement | null;
  if (copy) copy.value = whole.body;
  const sheet = document.querySelector('.sheet .text');
  if (sheet) sheet.replaceChildren(...paragraphs(whole.body));
  for (const place of document.querySelectorAll('.sheet dl [data-slot="name"]')) place.textContent = values.name ?? '';
}

function showLinks(room: HTMLElement, draft: Draft, whole: DraftText, short: DraftText | null): void {
  if (!draft.to) return;
  const { links, carries } = draftLinks(draft.to, whole, short);
  let anyShort = false;
  for (const item of room.querySelectorAll<HTMLElement>('[data-link]')) {
    const link = item.querySelector('a');
    const form = item.dataset.link as keyof typeof links | 'eml';
    if (!link) continue;
    if (form === 'eml') {
      link.href = `data:message/rfc822;charset=utf-8,${encodeURIComponent(draftEml(draft.to, whole))}`;
      continue;
    }
    item.hidden = links[form] === null;
    link.href = links[form] ?? '';
    const note = item.querySelector<HTMLElement>('[data-short]');
    if (note) note.hidden = carries[form] !== 'short';
    anyShort ||= carries[form] === 'short';
  }
  for (const note of room.querySelectorAll<HTMLElement>('[data-short-note]')) note.hidden = !anyShort;
}

function paragraphs(text: string): HTMLElement[] {
  return text.split(/\n{2,}/).map((paragraph) => {
    const element = document.createElement('p');
    paragraph.split('\n').forEach((line, i) => {
      if (i > 0) element.append(document.createElement('br'));
      element.append(line);
    });
    return element;
  });
}

function offerCopy(room: HTMLElement, button: HTMLButtonElement): void {
  const field = document.getElementById(button.dataset.copy ?? '') as HTMLInputElement | HTMLTextAreaElement | null;
  const done = room.querySelector<HTMLElement>('[data-copying]')?.dataset.copying ?? '';
  const words = button.textContent ?? '';
  if (!field) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = done;
      setTimeout(() => {
        button.textContent = words;
      }, 2500);
    } catch {
      // No clipboard here (no https, or forbidden): the text is selected, and the keyboard copies it.
    }
  });
}
