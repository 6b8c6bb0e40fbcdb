import type { FastifyReply } from 'fastify';
import { type Campaign, inLanguage } from '../domain/campaign.ts';
import { mayAct, type Role } from '../domain/roles.ts';
import type { Assets } from '../http/assets.ts';
import type { Parts } from '../parts.ts';
import type { FieldModel } from './fields.ts';

export type DeskParts = Parts & { assets: Assets };

/** Who is at the desk: their id, their name, and what they may do in the whole installation. */
export type Who = { id: string; name: string; email: string; role: Role | null };

/** Where on the desk a page is: who looks, and at which campaign with what role. */
export type Place = { who: Who | null; formKey: string; campaign: Campaign | null; role: Role | null; tab: string };

export type DeskModel = Record<string, unknown> & {
  title: string;
  faults?: readonly FieldModel[];
  scripts?: readonly string[];
};

const TABS: readonly { tab: string; name: string; needs: Role }[] = [
  { tab: '', name: 'Overview', needs: 'viewer' },
  { tab: 'texts', name: 'Texts', needs: 'viewer' },
  { tab: 'facts', name: 'Dates and rules', needs: 'viewer' },
  { tab: 'recipients', name: 'Recipients', needs: 'viewer' },
  { tab: 'letters', name: 'Letters', needs: 'viewer' },
  { tab: 'launch', name: 'Launch', needs: 'viewer' },
  { tab: 'held', name: 'Held', needs: 'viewer' },
  { tab: 'data', name: 'Data', needs: 'viewer' },
  { tab: 'history', name: 'History', needs: 'viewer' },
  { tab: 'people', name: 'People', needs: 'owner' },
];

/** Renders a page of the desk and sends it; with faults the title begins with "Error:", as screen readers read it first. */
export async function show(
  { views, assets, store }: DeskParts,
  reply: FastifyReply,
  place: Place,
  name: string,
  { faults = [], scripts = [], ...model }: DeskModel,
  status = 200,
): Promise<FastifyReply> {
  const { who, campaign, role, tab, formKey } = place;
  const held = campaign ? (await store.holds.ofCampaign(campaign.slug)).reduce((sum, { n }) => sum + n, 0) : 0;
  const heading = campaign ? titleOf(campaign) : null;
  const title = [model.title, heading, 'Dear Minister desk'].filter((part, i, all) => part && all.indexOf(part) === i);
  const html = views.desk(name, {
    done: null,
    ...model,
    language: 'en',
    style: assets.url('style.css'),
    deskStyle: assets.url('desk.css'),
    chartStyle: assets.url('charts.css'),
    scripts: scripts.map((script) => assets.url(script)),
    windowTitle: `${faults.length > 0 ? 'Error: ' : ''}${title.join(' – ')}`,
    faults: faults.flatMap(({ id, label, fault }) => (fault ? [{ field: id, message: `${label}: ${fault}` }] : [])),
    formKey,
    who: who && { name: who.name },
    isOwner: who?.role === 'owner',
    mayEdit: mayAct(role, 'editor'),
    mayOwn: mayAct(role, 'owner'),
    campaignTitle: heading,
    campaignState: campaign?.state ?? null,
    slug: campaign?.slug ?? null,
    tabs: campaign
      ? TABS.filter(({ needs }) => mayAct(role, needs)).map((each) => ({
          name: each.name,
          n: each.tab === 'held' && held > 0 ? held.toLocaleString('en') : null,
          href: `/desk/c/${campaign.slug}${each.tab && `/${each.tab}`}`,
          isHere: each.tab === tab,
        }))
      : [],
  });
  return reply.code(status).type('text/html; charset=utf-8').send(html);
}

/** A campaign's title as its makers read it: in its first language. */
export function titleOf({ facts }: Pick<Campaign, 'facts'>): string {
  return inLanguage(facts.title, facts.languages[0] ?? '', facts);
}
