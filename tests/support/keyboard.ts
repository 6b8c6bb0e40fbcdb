import type { Page } from 'playwright-core';

/** Where the focus is: how a screen reader names it, and what is wrong with how it is seen. */
export type Stop = { role: string; name: string; faults: string[] };

/** What somebody who sees must see of what has the focus (WCAG 2.2: 2.4.7 and 2.4.11). Runs in the page. */
const SEEN = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getClientRects()[0];
  if (!box || box.width < 1 || box.height < 1) return ['has no size'];
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  if (right <= left || bottom <= top) return ['is out of sight'];
  const faults = outlineStyle === 'none' || parseFloat(outlineWidth) < 2 ? ['has no outline'] : [];
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]].map(([x, y]) => [left + x * (right - left), top + y * (bottom - top)]);
  const isFree = points.some(([x, y]) => element.contains(document.elementFromPoint(x, y)));
  return isFree ? faults : [...faults, 'lies behind something'];
})()`;

/** What has the focus; null where nothing of the page has. */
export async function focused(page: Page): Promise<Stop | null> {
  const here = page.locator(':focus');
  if ((await here.count()) === 0) return null;
  const [line = ''] = (await here.ariaSnapshot()).split('\n');
  // - button "Save" · - textbox "Name": Ada · - 'button "Remove it: this laptop"' · - text: the summary of details
  const [, role = '', name = '', text = ''] = /^- '?([\w-]+)(?: "(.*?)"(?=$|[ :'[]))?(?:: (.*))?/.exec(line) ?? [];
  const called = role === 'text' ? text : name;
  const faults = await page.evaluate<string[]>(SEEN);
  return { role, name: called, faults: called === '' ? [...faults, 'has no name'] : faults };
}

/** Presses Tab, or Shift+Tab, until something of this name has the focus; each stop on the way must be named and seen. */
export async function tabTo(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let n = 0; n < 150; n += 1) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    if (!stop) continue;
    if (stop.faults.length > 0) throw new Error(`${page.url()}: ${stop.role} “${stop.name}” ${stop.faults.join(', ')}`);
    if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return;
    passed.push(stop.name);
  }
  throw new Error(`${page.url()}: no way by ${key} to “${name}”, only to ${[...new Set(passed)].join(' | ')}`);
}

/** Goes to a field and types into it instead of what stood there. */
export async function typeInto(page: Page, name: string, value: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type(value);
}

/** Goes to a link or a button, presses Enter, and waits for the page that comes. */
export async function enter(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, name);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}
