import { expect, type Locator, type Page } from '@playwright/test';

/** The dropdown of a select that is open: its own, not that of another one which is still folding away. */
async function dropdownOf(page: Page, box: Locator): Promise<Locator> {
  const list = await box.getAttribute('aria-controls');
  expect(list, 'an open select names its list').toBeTruthy();
  return page.locator('.ant-select-dropdown').filter({ has: page.locator(`[id="${list ?? ''}"]`) });
}

/** Opens an Ant Design select, unless it is open, and gives its options as a person sees them. */
export async function optionsOf(page: Page, label: string | RegExp): Promise<Locator> {
  const box = page.getByRole('combobox', { name: label });
  await expect(box).toBeEnabled();
  if ((await box.getAttribute('aria-expanded')) !== 'true') await box.click();
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  return (await dropdownOf(page, box)).locator('.ant-select-item-option');
}

/** Chooses in an Ant Design select by what a person sees, and waits until the choice is made. */
export async function choose(page: Page, label: string | RegExp, option: string | RegExp): Promise<void> {
  const options = await optionsOf(page, label);
  await options.filter({ hasText: option }).first().click();
  // Folded, or gone with the choice.
  await expect(page.getByRole('combobox', { name: label, expanded: true })).toHaveCount(0);
}
