// Where many write at once, a form asks for a little work. A browser does it while the person types, and nobody sees it.

type Challenge = {
  parameters: { cost: number; keyPrefix: string; nonce: string; salt: string };
  signature?: string;
};

/** Does the work that a form asks for, if it asks for any, and puts the answer into it. Without it the person waits a minute. */
async function work(form: HTMLFormElement): Promise<void> {
  const proof = form.querySelector<HTMLInputElement>('input[name="proof"]');
  // Browsers hash only on pages that came by https (or from this computer).
  if (!proof || !form.dataset.work || !globalThis.crypto?.subtle) return;
  const challenge = JSON.parse(form.dataset.work) as Challenge;
  proof.value = btoa(JSON.stringify({ challenge, solution: await solve(challenge) }));
}

/** Counts up until the hash of salt, nonce and counter, hashed again `cost` times in all, begins as it must (ALTCHA 2). */
async function solve({ parameters }: Challenge): Promise<{ counter: number; derivedKey: string }> {
  const head = bytes(parameters.salt + parameters.nonce);
  const text = new Uint8Array(head.length + 4);
  text.set(head);
  const view = new DataView(text.buffer);
  for (let counter = 0; ; counter += 1) {
    view.setUint32(head.length, counter);
    let key = await crypto.subtle.digest('SHA-256', text);
    for (let i = 1; i < parameters.cost; i += 1) key = await crypto.subtle.digest('SHA-256', key);
    const derivedKey = hex(new Uint8Array(key));
    if (derivedKey.startsWith(parameters.keyPrefix)) return { counter, derivedKey };
    // What is typed meanwhile must not stutter.
    if (counter % 50 === 49) await new Promise((done) => setTimeout(done));
  }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

function hex(all: Uint8Array): string {
  return [...all].map((each) => each.toString(16).padStart(2, '0')).join('');
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-work]')) {
  // Where it fails the person waits a minute instead.
  work(form).catch(() => {});
}
