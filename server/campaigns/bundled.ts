import type { Store } from '../store/open.ts';
import { readFolder } from './folder.ts';

/** On the very first start, with no campaign at all, loads and opens those that this repository brings along. */
export async function loadBundled(store: Pick<Store, 'campaigns'>, root: string, now: number): Promise<void> {
  if ((await store.campaigns.list()).length > 0) return;
  const { campaigns } = await readFolder(root);
  for (const { slug, content, faults } of campaigns) {
    if (!content)
      throw new Error(
        `the bundled campaign ${slug} cannot be read: ${faults.map(({ file, text }) => `${file}: ${text}`).join('; ')}`,
      );
    await store.campaigns.save(content, null, now);
    await store.campaigns.setState(slug, ['draft'], 'open', now);
  }
}
