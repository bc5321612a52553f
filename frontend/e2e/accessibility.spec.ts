import { ROUTES } from './routes';
import { expect, expectAccessible, settled, test } from './harness';

// Two passes over every route see both languages and both themes.
for (const [lang, mode] of [['zh-CN', 'light'], ['en', 'dark']] as const) {
  for (const r of ROUTES) {
    test.describe(`${r.name} in ${lang}, ${mode}`, () => {
      test.use({ persona: r.persona, lang, mode });
      test('has a title, fits 1366 pixels and passes axe', async ({ page }) => {
        await page.goto(r.path);
        await settled(page);
        await expect(page).toHaveTitle(lang === 'en' ? / · Shuzheng$/ : / · 数证$/);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow, 'nothing runs out of the page').toBeLessThanOrEqual(0);
        if (lang === 'en') {
          // The console's own words are English; what stays Chinese is data: names, titles, what the desk said.
          await expect(page.locator('html')).toHaveAttribute('lang', 'en');
        }
        await expectAccessible(page, r.name);
      });
    });
  }
}
