/** Who could get hold of something: of the files, of a copy of them, of the running server with its keys, of what everybody sees, of a campaigner's access. */
export const THIEVES = ['database', 'backup', 'server', 'watcher', 'campaigner'] as const;
export type Thief = (typeof THIEVES)[number];

/** What there is to learn. */
export const THINGS = [
  'pending',
  'waiting',
  'sent',
  'wrote',
  'wroteThen',
  'drafts',
  'contacts',
  'network',
  'numbers',
  'campaigners',
] as const;
export type Thing = (typeof THINGS)[number];

/**
 * What somebody learns of it: nothing; how many there are, and not whose; how many in whole steps; whether an address
 * that they already know is among them; all of it if they have the campaign's own key too; all of it.
 */
export type Learnt = 'nothing' | 'howMany' | 'steps' | 'guess' | 'withKey' | 'all';

/**
 * What each could learn of each, as the theft drills find it (`tests/domain/exposure.test.ts`): the page about it, and
 * docs/privacy.md, are made of this.
 */
export const EXPOSURE: Record<Thing, Record<Thief, Learnt>> = {
  pending: { database: 'howMany', backup: 'howMany', server: 'howMany', watcher: 'steps', campaigner: 'howMany' },
  waiting: { database: 'howMany', backup: 'howMany', server: 'all', watcher: 'steps', campaigner: 'howMany' },
  sent: { database: 'howMany', backup: 'howMany', server: 'howMany', watcher: 'steps', campaigner: 'howMany' },
  wrote: { database: 'nothing', backup: 'nothing', server: 'guess', watcher: 'nothing', campaigner: 'nothing' },
  wroteThen: { database: 'nothing', backup: 'nothing', server: 'nothing', watcher: 'nothing', campaigner: 'nothing' },
  drafts: { database: 'howMany', backup: 'howMany', server: 'howMany', watcher: 'steps', campaigner: 'howMany' },
  contacts: { database: 'howMany', backup: 'howMany', server: 'howMany', watcher: 'nothing', campaigner: 'withKey' },
  network: { database: 'nothing', backup: 'nothing', server: 'nothing', watcher: 'nothing', campaigner: 'nothing' },
  numbers: { database: 'all', backup: 'all', server: 'all', watcher: 'steps', campaigner: 'all' },
  campaigners: { database: 'howMany', backup: 'howMany', server: 'all', watcher: 'nothing', campaigner: 'all' },
};
