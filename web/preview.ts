// What is typed at the desk is shown beside at once, as it will be seen. Without this a button shows it on the next page.

/** Nobody reads along faster; and the server need not answer each key. */
const PAUSE = 350;

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-preview]')) follow(form);

/** Renews the preview of a form whenever what is typed in it rests for a moment. */
function follow(form: HTMLFormElement): void {
  const place = document.getElementById(form.dataset.preview ?? '');
  const told = document.querySelector<HTMLElement>('[data-told]');
  if (!place) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  let isKept = form.dataset.unsaved === undefined;

  /** Says it once: a reader of screens would say the same words after every pause. */
  const say = (words: string) => {
    if (told && told.textContent !== words) told.textContent = words;
  };

  async function renew(room: HTMLElement): Promise<void> {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      body.set('act', 'preview');
      body.set('part', 'preview');
      const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html' }, signal });
      if (!answer.ok) {
        say(answer.status === 401 || answer.status === 409 ? SIGNED_OUT : NO_ANSWER);
        return;
      }
      const html = await answer.text();
      // Whoever is in the preview, to copy from it or by a link, is not thrown out.
      if (signal.aborted || room.contains(document.activeElement)) return;
      say(show(room, html));
    } catch {
      if (!signal.aborted) say(NO_ANSWER);
    }
  }

  form.addEventListener('input', () => {
    isKept = false;
    clearTimeout(timer);
    timer = setTimeout(() => renew(place), PAUSE);
  });
  form.addEventListener('submit', () => {
    isKept = true;
    clearTimeout(timer);
    asking?.abort();
  });
  window.addEventListener('beforeunload', (event) => {
    if (!isKept) event.preventDefault();
  });
}

/** Puts the new preview in place, and gives what is to be said of it. While a name is half typed the last letter stays. */
function show(room: HTMLElement, html: string): string {
  const last = room.querySelector('.sheet');
  room.innerHTML = html;
  const wrong = room.querySelector('[data-wrong]')?.textContent?.trim();
  if (!wrong) return SHOWN;
  last?.classList.add('stale');
  if (last) room.append(last);
  return wrong;
}

const SHOWN = 'The preview shows what you typed.';
const SIGNED_OUT = 'You are signed out. What you typed is still here: save it, and sign in when you are asked to.';
const NO_ANSWER = 'The preview could not be renewed. What you typed is still here.';

export {};
