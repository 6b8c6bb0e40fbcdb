import type { Parts } from '../parts.ts';

/** What can be done at the desk, as the record tells it. */
export const DEEDS = {
  'first-owner': 'became the first owner',
  'signed-in': 'signed in',
  'campaign-made': 'made the campaign',
  saved: 'saved a revision',
  tested: 'sent a letter to their own address, to look at it',
  launched: 'launched the campaign',
  paused: 'paused the campaign',
  resumed: 'resumed the campaign',
  closed: 'closed the campaign for good',
  imported: 'took in a list of recipients',
  released: 'let held letters go',
  'given-up': 'gave held letters up',
  'set-aside': 'took letters out of the count',
  'put-back': 'counted letters again that were taken out',
  counted: 'had everything counted again',
  seen: 'noted what needed a look as seen',
  'role-given': 'gave somebody a role',
  'role-taken': 'took somebody’s role',
  'person-added': 'added somebody',
  'person-ended': 'ended somebody’s access',
  'session-ended': 'ended a session',
  'export-taken': 'took an export',
  'token-made': 'made a token for another program',
  'token-ended': 'ended a token',
  'passkey-added': 'added a passkey',
  'passkey-removed': 'removed a passkey',
  'link-refused': 'was not let in: the link was used before, or over',
  'passkey-refused': 'was not let in: the passkey did not fit',
  'passkey-copied': 'was not let in: there may be a copy of the passkey',
  'hook-added': 'let another program be told what happens',
  'hook-renewed': 'made a new secret for another program that is told',
  'hook-ended': 'ended telling another program',
} as const;
export type DeedKind = keyof typeof DEEDS;

/** Writes a line of the record. `about`: on what, without anybody's name or address. */
export async function note(
  { store, vault, now }: Pick<Parts, 'store' | 'vault' | 'now'>,
  campaigner: string,
  campaign: string,
  deed: DeedKind,
  about: string,
): Promise<void> {
  const at = now();
  // Of two in the same millisecond the later one sorts behind.
  const order = process.hrtime.bigint().toString().padStart(20, '0');
  await store.deeds.add({ id: `${order}-${vault.newId()}`, campaign, at, campaigner, deed, about });
}
