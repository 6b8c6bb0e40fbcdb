import { expect, test } from 'vitest';
import type { Bench } from '../../server/commands/command.ts';
import { release } from '../../server/commands/held.ts';

test('what an outbox holds again at once is not released again and again', async () => {
  const now = 1000;
  let letters = Array.from({ length: 150 }, (_, n) => ({ id: `${n}`, changedAt: 0 }));
  let released = 0;
  const said: string[] = [];
  const bench = {
    now,
    say: (line: string) => void said.push(line),
    store: {
      campaigns: { load: async () => ({ recipients: [{ id: 'ie-interior' }] }) },
      queues: { trust: async () => {} },
      notices: { drop: async () => {} },
      letters: {
        held: async (_slug: string, _office: string, limit: number) => letters.slice(0, limit),
        release: async ({ id }: { id: string }) => {
          released += 1;
          if (released > 500) throw new Error('again and again');
          letters = [...letters.filter((each) => each.id !== id), { id, changedAt: now + 1 }];
        },
      },
    },
  };
  await release(bench as unknown as Bench, 'save-the-bees', 'ie-interior');
  expect(released).toBe(150);
  expect(said[0]).toMatch(/^ie-interior: 150 released/);
});
