import { Lost } from '../store/connection.ts';
import type { Store } from '../store/open.ts';
import { readFolder } from './folder.ts';

/** On the very first start, with no campaign at all, loads and opens those that this repository brings along. */
export async function loadBundled(store: Pick<Store, 'campaigns'>, root: string, now: number): Promise<void> {
  if ((await store.campaigns.list()).length > 0) return;
  const { campaigns } = await readFolder(root);
  const contents = campaigns.map(({ slug, content, faults }) => {
    if (content) return content;
    const why = faults.map(({ file, text }) => `${file}: ${text}`).join('; ');
    throw new Error(`the bundled campaign ${slug} cannot be read: ${why}`);
  });
  await store.campaigns.addOpen(contents, now).catch((error) => {
    // Another process that started at the same moment has done it.
    if (!(error instanceof Lost)) throw error;
  });
}
