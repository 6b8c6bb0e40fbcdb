import { SPANS } from '../domain/states.ts';
import type { Parts } from '../parts.ts';

/** A mail to a campaigner: which template, to whom, and its link. */
export type DeskMailContent = {
  template: 'sign-in' | 'invited' | 'passkey-added' | 'passkey-removed';
  to: string;
  name: string;
  link: string;
};

/** Owes a mail to a campaigner; the outbox sends it, and gives it up after an hour, when its link is over. */
export async function oweMail(
  { store, vault, now, wake }: Pick<Parts, 'store' | 'vault' | 'now' | 'wake'>,
  content: DeskMailContent,
): Promise<void> {
  const id = vault.newId();
  const { box, dayKey } = vault.sealJson(`desk mail ${id}`, content, now());
  await store.deskMails.add({ id, box: box as Buffer, dayKey, dueAt: now(), expiresAt: now() + SPANS.signInLink });
  wake();
}
