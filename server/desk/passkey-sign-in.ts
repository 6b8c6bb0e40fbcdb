import type { Parts } from '../parts.ts';
import type { RefusedBy } from './refused.ts';
import { challengeOf, counterOf, keyPlace, readAssertion } from './webauthn.ts';

/** Whose passkey opened, or why none did; `campaigner` is '' where nobody we know was meant. */
export type Opened = { campaigner: string; refused: RefusedBy | null };

/**
 * Signs in by a browser's answer to the challenge of the sign-in page. A challenge opens once; a counter that did not go
 * up means that there are two of one authenticator.
 */
export async function openByPasskey(
  parts: Pick<Parts, 'store' | 'vault' | 'now' | 'publicUrl'>,
  text: string,
): Promise<Opened> {
  const { store, now } = parts;
  const refuse = (refused: RefusedBy, campaigner = ''): Opened => ({ campaigner, refused });
  const place = keyPlace(parts);
  const answer = readAssertion(text);
  if (!place || !answer) return refuse('unknown passkey');
  const challenge = challengeOf(parts, answer);
  if (!challenge) return refuse('answer that is over');
  const passkey = await store.passkeys.byId(answer.id);
  if (!passkey || !(await store.campaigners.byId(passkey.campaigner))) return refuse('unknown passkey');
  const { campaigner } = passkey;
  const counter = await counterOf(parts, place, answer, passkey);
  if (counter === null) return refuse('passkey that does not fit', campaigner);
  if (!(await store.passkeys.answer(challenge.number, campaigner, challenge.expiresAt)))
    return refuse('passkey that does not fit', campaigner);
  if (!(await store.passkeys.use(passkey.id, counter, now()))) return refuse('passkey that was copied', campaigner);
  return { campaigner, refused: null };
}
