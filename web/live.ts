// The numbers of a campaign as they change: the page is asked for anew, and what differs in it is put in place.

const root = document.querySelector<HTMLElement>('#live');
/** Somebody who listens to the page is told the main number once in a while, and not at each letter. */
const TELL_EVERY = 30_000;
const NOT_SOONER = 2_000;
/** Where the server has no connection to give, so long until it is asked again. */
const COME_BACK = 30_000;

let events: EventSource | null = null;
let isOver = false;
let isBusy = false;
let again = false;
let told = sent();
let toldAt = 0;
let telling: ReturnType<typeof setTimeout> | undefined;

/** Listens, as long as somebody can see the page: a browser opens only six connections to a server at once. */
function follow(): void {
  if (!root?.dataset.live || events || isOver || document.hidden) return;
  const source = new EventSource(root.dataset.live);
  events = source;
  source.addEventListener('changed', refresh);
  source.addEventListener('error', () => {
    // A broken connection is mended by the browser; what was refused is not.
    if (source.readyState !== EventSource.CLOSED || source !== events) return;
    rest();
    refresh();
    setTimeout(follow, COME_BACK);
  });
}

function rest(): void {
  events?.close();
  events = null;
}

/** Looks at most every two seconds, however much changes. */
function refresh(): void {
  again = true;
  if (!isBusy) void refreshed();
}

async function refreshed(): Promise<void> {
  isBusy = true;
  while (again && !isOver) {
    again = false;
    // Without an answer the numbers stay; the next change asks anew.
    await look().catch(() => {});
    await new Promise((done) => setTimeout(done, NOT_SOONER));
  }
  isBusy = false;
}

async function look(): Promise<void> {
  const answer = await fetch(location.href);
  if (answer.redirected || answer.status === 403 || answer.status === 404) end();
  else if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
}

/** Numbers that stand still must not look as if they were the present ones. */
function end(): void {
  isOver = true;
  rest();
  const words = document.querySelector<HTMLElement>('#still');
  if (words) words.hidden = false;
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
  if (sent() !== told && !telling) telling = setTimeout(tell, toldAt + TELL_EVERY - Date.now());
}

function sent(): string {
  return document.querySelector('.counters .sent dd')?.textContent?.trim() ?? '';
}

function tell(): void {
  telling = undefined;
  told = sent();
  toldAt = Date.now();
  const box = document.querySelector('#told');
  if (box) box.textContent = `Now ${told} sent.`;
}

document.addEventListener('visibilitychange', () => (document.hidden ? rest() : follow()));
// Left open, it would keep the page from being shown at once when somebody comes back to it.
addEventListener('pagehide', rest);
addEventListener('pageshow', follow);
follow();

export {};
