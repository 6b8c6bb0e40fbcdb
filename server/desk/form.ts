import type { CampaignVisit } from './desk.ts';
import type { FieldModel } from './fields.ts';
import type { Saved } from './save.ts';

export type FieldGroup = {
  name: string;
  hint: string | null;
  fields: FieldModel[];
};

/** A page of fields in groups that saves into the campaign; says what somebody else saved, or why it was refused. */
export function showForm(
  visit: CampaignVisit,
  model: { title: string; lead: string; groups: FieldGroup[]; faults: FieldModel[] },
  saved: Saved | null = null,
) {
  const status = saved === null ? (model.faults.length > 0 ? 422 : 200) : 409;
  return visit.show(
    'form',
    {
      ...model,
      revision: visit.campaign.revision,
      conflict: saved?.is === 'conflict',
      refused: saved?.is === 'refused' ? saved.faults : null,
    },
    status,
  );
}

/** What differs from what stands now, told beside what was typed; null where nothing does. */
export function theirs(saved: Saved | null, now: string | undefined, typed: string | undefined): string | null {
  return saved?.is === 'conflict' && (now ?? '') !== (typed ?? '') ? now || '(empty)' : null;
}
