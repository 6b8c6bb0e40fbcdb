// While a job goes on, its page looks by itself how far it is. Without this there is a link to do so.

const AGAIN_AFTER = 700;

async function watch(): Promise<void> {
  for (;;) {
    const box = document.querySelector<HTMLElement>('#job');
    if (box?.dataset.running !== 'true') return;
    await new Promise((done) => setTimeout(done, AGAIN_AFTER));
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector<HTMLElement>('#job');
    if (!fresh) return;
    show(box, fresh);
  }
}

/** A bar that goes on is moved, not made anew: what has the focus keeps it. */
function show(box: HTMLElement, fresh: HTMLElement): void {
  const [bar, next] = [box, fresh].map((each) => each.querySelector('progress'));
  if (bar && next) {
    bar.max = next.max;
    bar.value = next.value;
    return;
  }
  box.dataset.running = 'false';
  box.replaceChildren(...fresh.childNodes);
}

watch().catch(() => {});
