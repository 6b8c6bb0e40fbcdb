import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { Refusal } from '../domain/errors.ts';
import type { Job } from '../store/jobs.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import type { DeskParts } from './frame.ts';

/** What may take longer than a page, as campaigners read it. */
const KINDS = {
  launch: 'Opening the campaign',
  look: 'Looking at a list',
  export: 'An export',
  recount: 'Counting again',
  decide: 'Deciding over held letters',
  hold: 'Holding letters to a former office-holder',
  aside: 'Taking letters out of the count',
  back: 'Counting letters again that were taken out',
} as const;
export type JobKind = keyof typeof KINDS;

/**
 * What came of a job: a sentence and the page where one goes on, or the file that it made. Where the job was quick, a
 * file comes at once, and so does a page without words, for there is nothing to say first.
 */
export type JobResult = { words: string; href: string } | { words: string; file: string; content: Buffer };
/** Tells how far a job is; other requests get their turn meanwhile. Throws when the program ends. */
export type Step = (done: number, total?: number) => Promise<void>;
type Work = (step: Step) => Promise<JobResult>;

/** A page waits that long for a job that may be quick. */
const PATIENCE = 600;
const NOTE_EVERY = 200;
/** A slice of work between two turns of everybody else. */
const SLICE = 15;
const BEAT_EVERY = 5_000;
/** A job of which nothing was heard for so long ended with its program. */
const SILENT = 30_000;
const SHOWN = 30;

/** The program ends, and its jobs with it. */
class Ending extends Error {}

/** Work that goes on behind pages, one job beside the other, in this process. */
export function openJobs(parts: DeskParts) {
  const running = new Set<Promise<string | null>>();
  let ending = false;

  /** Gives the page to go on to, if there is nothing to say first. */
  async function run(id: string, here: string, total: number, work: Work): Promise<string | null> {
    let noted = parts.now();
    let sliceFrom = performance.now();
    let far = { done: 0, total };
    const step: Step = async (done, all = total) => {
      if (ending) throw new Ending();
      far = { done, total: all };
      if (performance.now() - sliceFrom > SLICE) {
        await turn();
        sliceFrom = performance.now();
      }
      if (parts.now() - noted < NOTE_EVERY) return;
      noted = parts.now();
      await parts.store.jobs.step(id, done, all, noted);
    };
    const beat = setInterval(() => {
      parts.store.jobs.step(id, far.done, far.total, parts.now()).catch(() => {});
    }, BEAT_EVERY);
    try {
      const result = await work(step);
      await parts.store.jobs.step(id, far.total, far.total, parts.now());
      const made = 'file' in result ? { href: `${here}/${result.file}`, content: result.content } : { content: null };
      const { words, href } = { href: '', ...result, ...made };
      await parts.store.jobs.end(id, { state: 'done', words, href, content: made.content, now: parts.now() });
      return words === '' || 'file' in result ? href : null;
    } catch (error) {
      const words = failureOf(parts, error);
      await parts.store.jobs.end(id, { state: 'failed', words, href: '', content: null, now: parts.now() });
      return null;
    } finally {
      clearInterval(beat);
    }
  }

  /** Begins a job, and waits a moment for it: gives its page, or where it is over with nothing to say the one to go on to. */
  async function start(visit: CampaignVisit, kind: JobKind, total: number, work: Work): Promise<string> {
    const id = parts.vault.newId();
    const campaign = visit.campaign.slug;
    await parts.store.jobs.add({ id, campaign, campaigner: visit.who.id, kind, total }, parts.now());
    const here = `${visit.base}/jobs/${id}`;
    const job = run(id, here, total, work).catch((error) => {
      parts.log.error({ fault: (error as Error)?.name }, 'what came of a job could not be written down');
      return null;
    });
    running.add(job);
    void job.finally(() => running.delete(job));
    return (await Promise.race([job, sleep(PATIENCE, null)])) ?? here;
  }

  return {
    start,
    /** Begins a job and shows its page. `total`: how many steps, as far as is known. */
    async begin(visit: CampaignVisit, kind: JobKind, total: number, work: Work): Promise<FastifyReply> {
      return visit.goTo(await start(visit, kind, total, work));
    },
    /** Lets no job go on, and waits until all have said so. */
    async stop(): Promise<void> {
      ending = true;
      await Promise.all(running);
    },
  };
}
export type Jobs = ReturnType<typeof openJobs>;

function failureOf({ views, log }: DeskParts, error: unknown): string {
  if (error instanceof Ending) return 'It was broken off, because the program ended. Begin it again.';
  if (error instanceof Refusal) return views.say('en', `error.${error.code}.text`, error.values);
  log.error({ fault: (error as Error)?.name }, 'a job failed');
  return 'It broke off by a fault on our side. Begin it again.';
}

/** `/desk/c/:slug/jobs`: what took longer, and what came of it; `/jobs/:id` how far one is; `/jobs/:id/:file` what it made. */
export function jobsPages(desk: Desk): void {
  const { store } = desk.parts;
  const found = async ({ campaign, params }: CampaignVisit): Promise<Job> => {
    const job = await store.jobs.find(campaign.slug, params.id ?? '');
    if (!job) throw new Refusal('not-found');
    return job;
  };

  desk.campaign('get', '/jobs', 'viewer', async (visit) => {
    const jobs = await store.jobs.latest(visit.campaign.slug, SHOWN);
    return visit.show('jobs', { title: 'What took longer', jobs: jobs.map((job) => shown(desk, job)) });
  });

  desk.campaign('get', '/jobs/:id', 'viewer', async (visit) => {
    const job = shown(desk, await found(visit));
    return visit.show('job', { title: job.name, job, scripts: ['job.ts'] });
  });

  desk.campaign('get', '/jobs/:id/:file', 'viewer', async (visit) => {
    const { id, href } = await found(visit);
    const file = visit.params.file ?? '';
    const content = href.endsWith(`/${file}`) ? await store.jobs.content(visit.campaign.slug, id) : null;
    if (!content) throw new Refusal('not-found');
    return visit.reply
      .type(TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${file}"`)
      .send(content);
  });
}

const TYPES: Record<string, string> = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

function shown({ parts }: Desk, job: Job) {
  const isLost = job.state === 'running' && parts.now() - job.beatAt > SILENT;
  const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return {
    id: job.id,
    name: KINDS[job.kind as JobKind] ?? job.kind,
    at: moment.format(job.beganAt),
    isRunning: job.state === 'running' && !isLost,
    isDone: job.state === 'done',
    words: isLost ? 'It was broken off, because the program ended. Begin it again.' : job.words,
    href: job.href,
    done: job.done,
    total: Math.max(job.total, 1),
    far: `${job.done.toLocaleString('en')} of ${job.total.toLocaleString('en')}`,
  };
}
