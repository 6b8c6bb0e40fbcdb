import { firstDay, lastDay, type Month, monthAfter, monthOf } from './months.ts';
import { COUNTERS, type Counts, inSteps, type PublicCount, type Sum, type Tally, tallyOf } from './tally.ts';

type Counter = (typeof COUNTERS)[number];
/** A figure of the month and of the one before; null where it is less than one step. */
export type Pair = { now: PublicCount; before: PublicCount };

/** A campaign's month for handing on: every number in steps, as the public tally has them, and nothing below one. */
export type Report = {
  /** `ever` since the campaign began. What counts how many there are at present belongs to no month: null throughout. */
  counters: { counter: Counter; now: PublicCount; before: PublicCount; ever: PublicCount; isPresent: boolean }[];
  byDay: { day: string; n: number }[];
  byCountry: { country: string; sent: Pair; prepared: Pair }[];
  byRecipient: { recipient: string; sent: Pair; bounced: Pair }[];
};

/** A month's tally out of the sums of its days, and of its countries and offices. */
function tallyOfMonth(month: Month, sums: readonly Sum[]): Tally {
  const own = sums.filter(({ name }) => monthOf(name) === month);
  return tallyOf(
    own.flatMap((sum): Sum[] => {
      if (sum.side === 'day') return [sum, { ...sum, side: 'all', name: '' }];
      const side = sum.side === 'month-country' ? 'country' : 'recipient';
      return [{ ...sum, side, name: sum.name.slice(`${month} `.length) }];
    }),
  );
}

/**
 * Makes a month's report out of the sums of it and of the month before, and the campaign's whole tally. Countries and
 * offices with nothing to show are left out. `today` (YYYY-MM-DD) ends the present month.
 */
export function reportOf(month: Month, sums: readonly Sum[], ever: Counts, today: string): Report {
  const now = tallyOfMonth(month, sums);
  const before = tallyOfMonth(monthAfter(month, -1), sums);
  const pairOf = <K extends 'country' | 'recipient'>(name: string, side: K, counter: Counter): Pair => {
    const find = (tally: Tally) =>
      side === 'country'
        ? tally.byCountry.find(({ country }) => country === name)
        : tally.byRecipient.find(({ recipient }) => recipient === name);
    return { now: inSteps(find(now)?.[counter] ?? 0), before: inSteps(find(before)?.[counter] ?? 0) };
  };
  const names = <T>(pick: (tally: Tally) => T[]) => [...new Set([...pick(now), ...pick(before)])];
  const most = ({ sent }: { sent: Pair }) => sent.now ?? 0;
  const end = lastDay(month) < today ? lastDay(month) : today;
  return {
    counters: COUNTERS.map((counter) => {
      const isPresent = counter === 'pending' || counter === 'confirmed';
      const monthly = (tally: Tally) => (isPresent ? null : inSteps(tally[counter]));
      return { counter, isPresent, now: monthly(now), before: monthly(before), ever: inSteps(ever[counter]) };
    }),
    byDay: [
      { day: firstDay(month), n: 0 },
      ...now.byDay.map(({ day, sent }) => ({ day, n: inSteps(sent) ?? 0 })),
      { day: end, n: 0 },
    ],
    byCountry: names((tally) => tally.byCountry.map(({ country }) => country))
      .map((country) => ({
        country,
        sent: pairOf(country, 'country', 'sent'),
        prepared: pairOf(country, 'country', 'prepared'),
      }))
      .filter(({ sent, prepared }) => isSeen(sent) || isSeen(prepared))
      .sort((a, b) => most(b) - most(a) || (a.country < b.country ? -1 : 1)),
    byRecipient: names((tally) => tally.byRecipient.map(({ recipient }) => recipient))
      .map((recipient) => ({
        recipient,
        sent: pairOf(recipient, 'recipient', 'sent'),
        bounced: pairOf(recipient, 'recipient', 'bounced'),
      }))
      .filter(({ sent, bounced }) => isSeen(sent) || isSeen(bounced))
      .sort((a, b) => most(b) - most(a) || (a.recipient < b.recipient ? -1 : 1)),
  };
}

const isSeen = ({ now, before }: Pair): boolean => now !== null || before !== null;
