import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { violations } from './axe.ts';

const PICTURES = process.env.PICTURES;

/** What axe finds on the page, and how much it is too wide; with PICTURES, a folder, it leaves a picture there. */
export async function look(page: Page, name: string): Promise<string[]> {
  const found = await violations(page);
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  if (overflow > 0) found.push(`${name} is ${overflow} pixels too wide`);
  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  }
  return found;
}
