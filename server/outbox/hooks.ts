import { openDeliveries } from '../hooks/deliver.ts';
import { tellFigures } from '../hooks/tell.ts';
import type { Parts } from '../parts.ts';
import { nameOf } from './fault.ts';

const LOOK_EVERY = 1000;
const FIGURES_EVERY = 15_000;

/** Tells other programs what happens, beside the mails and on a clock of its own, so that neither waits for the other. */
export function runHooks(parts: Parts) {
  const deliveries = openDeliveries(parts);
  const under = new Set<Promise<void>>();
  let blind = false;

  function run(work: () => Promise<void>): void {
    const job: Promise<void> = work()
      .then(
        () => {
          blind = false;
        },
        (error) => {
          // Said once, for as long as the database is away.
          if (!blind) parts.log.error({ fault: nameOf(error) }, 'other programs could not be told');
          blind = true;
        },
      )
      .finally(() => under.delete(job));
    under.add(job);
  }

  const timers = [
    setInterval(() => run(deliveries.deliverDue), LOOK_EVERY),
    setInterval(() => run(() => tellFigures(parts)), FIGURES_EVERY),
  ];
  return {
    /** Begins nothing new, and waits for what is under way. */
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(under);
      await deliveries.settled();
    },
  };
}
