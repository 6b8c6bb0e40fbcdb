import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';

/** A mail to a campaigner: from a template with a link, or a letter of a campaign to look at, as it stands. */
export type DeskMailContent =
  | { template: 'sign-in' | 'invited' | 'passkey-added' | 'passkey-removed'; to: string; name: string; link: string }
  | { template: 'test-letter'; to: string; subject: string; text: string; language: string };

/** Owes a mail to a campaigner; the outbox sends it, and gives it up after an hour, when a link is over. */
export async function oweMail(
  { store, vault, now, wake }: Pick<Parts, 'store' | 'vault' | 'now' | 'wake'>,
  content: DeskMailContent,
): Promise<void> {
  const id = vault.newId();
  const { box, dayKey } = vault.sealJson(`desk mail ${id}`, content, now());
  await store.deskMails.add({ id, box: box as Buffer, dayKey, dueAt: now(), expiresAt: now() + SPANS.signInLink });
  wake();
}
