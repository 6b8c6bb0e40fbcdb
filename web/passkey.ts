// Passkeys: the page says what is asked for, the browser answers, and the form brings the answer. Nothing is fetched.

const form = document.querySelector<HTMLFormElement>('form[data-passkey]');
if (form && isKnown()) ready(form);

/** Whether this browser can do it, and the page came by https (or from this computer). */
function isKnown(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
}

function ready(form: HTMLFormElement): void {
  const isNew = form.dataset.passkey === 'create';
  let waiting: AbortController | null = null;

  async function ask(mediation?: 'conditional'): Promise<void> {
    waiting?.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const options = JSON.parse(form.dataset.options ?? '');
    const credential = isNew
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
          signal,
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
          signal,
          ...(mediation && { mediation }),
        });
    const answer = form.querySelector<HTMLInputElement>('input[name="credential"]');
    if (!answer || !credential) return;
    answer.value = JSON.stringify((credential as PublicKeyCredential).toJSON());
    form.submit();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    tell(form, null);
    ask().catch((error: unknown) => tell(form, error instanceof Error ? error.name : ''));
  });
  for (const instead of document.querySelectorAll<HTMLElement>('[data-without]')) instead.hidden = true;
  form.hidden = false;
  // Looked at before a passkey is made: the server would refuse it only after.
  const name = form.querySelector<HTMLInputElement>('input[name="name"]');
  if (name) {
    name.required = true;
    name.maxLength = 60;
  }
  // Offered beside the address, as browsers offer what they have filled in before; nobody is told where it fails.
  // After one was refused it is not offered again, only on the button.
  if (form.dataset.passkey !== 'offered') return;
  PublicKeyCredential.isConditionalMediationAvailable?.()
    .then((can) => (can ? ask('conditional') : undefined))
    .catch(() => {});
}

/** Shows the sentence about what went wrong; the last one is for whatever has none of its own. */
function tell(form: HTMLFormElement, fault: string | null): void {
  const sentences = [...form.querySelectorAll<HTMLElement>('[data-when]')];
  const fitting = sentences.find(({ dataset }) => dataset.when === fault) ?? sentences.at(-1);
  for (const each of sentences) each.hidden = fault === null || fault === 'AbortError' || each !== fitting;
}
