// The numbers of a campaign as they change: the page is asked for anew, and what differs in it is put in place.

const root = document.querySelector<HTMLElement>('#live');
/** Somebody who listens to the page is told the main number once in a while, and not at each letter. */
const TELL_EVERY = 30_000;
const NOT_SOONER = 2_000;
let toldAt = 0;
let busy = false;
let again = false;

async function refresh(): Promise<void> {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.href);
    if (answer.ok && !answer.redirected) put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } finally {
    await new Promise((done) => setTimeout(done, NOT_SOONER));
    busy = false;
    if (again) {
      again = false;
      void refresh().catch(() => {});
    }
  }
}

function put(page: Document): void {
  // A part that was not there has no place: the whole is taken, unless somebody is at work in it.
  const fresh = page.querySelector('#live');
  if (!root || !fresh) return;
  const names = (all: ParentNode) =>
    [...all.querySelectorAll<HTMLElement>('[data-part]')].map((each) => each.dataset.part).join();
  if (names(root) !== names(fresh) && !root.contains(document.activeElement)) root.replaceChildren(...fresh.childNodes);
  for (const part of root.querySelectorAll<HTMLElement>('[data-part]')) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!next || next.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
    part.replaceChildren(...next.childNodes);
  }
  tell();
}

function tell(): void {
  const box = document.querySelector('#told');
  if (!box || Date.now() - toldAt < TELL_EVERY) return;
  toldAt = Date.now();
  box.textContent = `Now ${document.querySelector('.counters .sent dd')?.textContent ?? ''} sent.`;
}

if (root?.dataset.live) {
  const events = new EventSource(root.dataset.live);
  events.addEventListener('changed', () => void refresh().catch(() => {}));
  // Left open, it would keep the page from being shown at once when somebody comes back to it.
  addEventListener('pagehide', () => events.close());
}
