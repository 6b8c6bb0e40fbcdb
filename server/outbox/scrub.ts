import type { Parts } from '../parts.ts';
import { nameOf } from './fault.ts';

/** Failed so often in a row, erased bytes have lain in the files for a minute. */
const ALARM_AFTER = 3;

/** Gives what is called again and again so that erased bytes leave the files, and says aloud when they do not. */
export function scrubber({ store, log }: Pick<Parts, 'store' | 'log'>): () => void {
  let failures = 0;
  return () => {
    let why = 'somebody reads the database without an end';
    let isClean = false;
    try {
      isClean = store.erasure.scrub();
    } catch (error) {
      why = nameOf(error);
    }
    failures = isClean ? 0 : failures + 1;
    if (failures > 0 && failures % ALARM_AFTER === 0)
      log.error({ fault: why }, 'what was erased is still in the files of the database');
  };
}
