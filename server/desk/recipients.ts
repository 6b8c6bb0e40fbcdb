import { ReadFault } from '../campaigns/encoding.ts';
import { flat } from '../campaigns/intake/cell.ts';
import { guessColumns } from '../campaigns/intake/columns.ts';
import { readList } from '../campaigns/intake/list.ts';
import { MAX_BYTES } from '../campaigns/limits.ts';
import type { Recipient } from '../domain/campaign.ts';
import { text } from '../http/request.ts';
import { countryShown } from './countries.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { field } from './fields.ts';
import type { Reading } from './list-columns.ts';
import { contentOf, save } from './save.ts';
import { UPLOAD } from './uploads.ts';

const ON_A_PAGE = 200;
/** A list that is seen at a glance needs no search. */
const FEW = 10;
/** A whole list, and what a form puts around it. */
const UPLOAD_LIMIT = MAX_BYTES + 64 * 1024;

/** `/desk/c/:slug/recipients`: the offices on the list; taking one off, and a list that is brought. */
export function recipientsPages(desk: Desk): void {
  const { parts } = desk;
  desk.campaign('get', '/recipients', 'viewer', async (visit) => page(visit));

  desk.campaign('post', '/recipients', 'editor', async (visit) => {
    const gone = text(visit.form, 'remove');
    const recipients = visit.campaign.recipients.filter(({ id }) => id !== gone);
    const saved = await save(parts, visit, { ...contentOf(visit.campaign), recipients });
    if (saved.is === 'saved') return visit.goTo(`${visit.base}/recipients`, 'removed');
    const why = saved.is === 'refused' ? saved.faults.join(' ') : 'Somebody else saved meanwhile. Look once more.';
    return page(visit, { refused: why });
  });

  const upload = { bodyLimit: UPLOAD_LIMIT, bodies: [UPLOAD, 'application/x-www-form-urlencoded'] };
  desk.campaign('post', '/recipients/bring', 'editor', async (visit) => bring(desk, visit), upload);
}

/** Keeps a list that was pasted or uploaded, and leads to looking at it. Nothing is taken in yet. */
async function bring({ parts }: Desk, visit: CampaignVisit) {
  const file = (visit.form as Record<string, unknown>).file;
  const pasted = text(visit.form, 'list') ?? '';
  const content = file instanceof Uint8Array && file.length > 0 ? Buffer.from(file) : Buffer.from(pasted);
  try {
    const list = await readList(content);
    const id = parts.vault.newId();
    const { languages } = visit.campaign.facts;
    const mapping = guessColumns(list.header, list.rows, languages);
    const reading: Reading = { mapping, defaults: { language: languages[0] ?? 'en' } };
    const columns = JSON.stringify(reading);
    await parts.store.intakes.add({ id, campaign: visit.campaign.slug, content, columns, at: parts.now() });
    return visit.goTo(`${visit.base}/recipients/lists/${id}`);
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    const line = error.line === null ? '' : `Line ${error.line}: `;
    return page(visit, { fault: `${line}${error.message}`, pasted });
  }
}

type Wrong = { fault?: string; refused?: string; pasted?: string };

function page(visit: CampaignVisit, { fault, refused, pasted = '' }: Wrong = {}) {
  const { recipients: all, revision } = visit.campaign;
  const q = (text(visit.query, 'q') ?? '').trim();
  const recipients = q === '' ? all : found(all, q);
  const at = Math.max(1, Number.parseInt(text(visit.query, 'page') ?? '1', 10) || 1);
  const pages = Math.max(1, Math.ceil(recipients.length / ON_A_PAGE));
  const list = field('list', 'Or paste the rows', {
    ...{ rows: 6, value: pasted, fault },
    hint: 'With the names of the columns in the first row, as copied from a spreadsheet.',
  });
  return visit.show(
    'recipients',
    {
      title: 'Recipients',
      revision,
      count: all.length.toLocaleString('en'),
      q,
      isMany: all.length > FEW,
      isFound: q !== '',
      foundCount: recipients.length.toLocaleString('en'),
      query: q === '' ? null : `q=${encodeURIComponent(q)}`,
      recipients: recipients.slice((at - 1) * ON_A_PAGE, at * ON_A_PAGE).map(rowOf),
      earlier: at > 1 ? at - 1 : null,
      later: at < pages ? at + 1 : null,
      list,
      refused: refused ?? null,
      faults: fault ? [list] : [],
    },
    fault ? 422 : refused ? 409 : 200,
  );
}

/** The offices that hold every word that is looked for, whatever the accents; countries also by their names. */
function found(recipients: readonly Recipient[], q: string): Recipient[] {
  const wanted = q.split(/\s+/).map(flat).filter(Boolean);
  return recipients.filter(({ id, country, name, office, email = '', contactForm = '' }) => {
    const all = flat([id, country, countryShown(country), name, office, email, contactForm].join(' '));
    return wanted.every((word) => all.includes(word));
  });
}

function rowOf({ id, country, name, office, languages, email, contactForm, checkedOn }: Recipient) {
  const ways = email ? 'mail' : contactForm ? 'web form only' : 'none';
  return {
    id,
    country: countryShown(country),
    name,
    office,
    languages: languages.join(', '),
    ways,
    email: email ?? '',
    checkedOn: checkedOn ?? '–',
  };
}
