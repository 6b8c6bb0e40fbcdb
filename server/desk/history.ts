import { changesBetween } from '../domain/changes.ts';
import { Refusal } from '../domain/errors.ts';
import type { Desk } from './desk.ts';

const SHOWN = 100;
/** So many differences are shown; a list of ten thousand that was taken in has more. */
const MOST_CHANGES = 200;

/** `/desk/c/:slug/history`: its revisions, and `/history/:revision` what one of them changed. */
export function historyPages({ parts, campaign }: Desk): void {
  const { revisions, campaigners } = parts.store;
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

  async function names(): Promise<(id: string) => string> {
    const everybody = await campaigners.all();
    const known = new Map(everybody.map((row) => [row.id, parts.vault.openCampaigner(row)?.name ?? 'somebody']));
    return (id) => (id === '' ? 'the command line' : (known.get(id) ?? 'somebody who has left'));
  }

  campaign('get', '/history', 'viewer', async (visit) => {
    const nameOf = await names();
    const list = await revisions.list(visit.campaign.slug, SHOWN);
    return visit.show('history', {
      title: 'History',
      revisions: list.map(({ revision, at, campaigner }) => ({
        revision,
        at: moment.format(at),
        who: nameOf(campaigner),
      })),
    });
  });

  campaign('get', '/history/:revision', 'viewer', async (visit) => {
    const revision = Number(visit.params.revision);
    const { slug } = visit.campaign;
    const isNumber = Number.isSafeInteger(revision) && revision > 0 && revision <= visit.campaign.revision;
    const [after, before] = isNumber
      ? await Promise.all([revisions.load(slug, revision), revisions.load(slug, revision - 1)])
      : [null, null];
    if (!after) throw new Refusal('not-found');
    const changes = before ? changesBetween(before, after) : [];
    return visit.show('revision', {
      title: `Revision ${revision}`,
      isFirst: before === null,
      changes: changes.slice(0, MOST_CHANGES),
      more: Math.max(0, changes.length - MOST_CHANGES).toLocaleString('en'),
      hasMore: changes.length > MOST_CHANGES,
    });
  });
}
