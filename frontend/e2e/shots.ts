import { ROUTES } from './routes';
import { settled, test } from './harness';

// Pictures of every page for a person to look at: SHOTS=zh-light npm run shots. Not a test.
const [lang, mode] = (process.env['SHOTS'] ?? 'zh-light').split('-') as ['zh' | 'en', 'light' | 'dark'];
const only = process.env['ONLY']?.split(',');

for (const r of ROUTES.filter((x) => !only || only.some((o) => x.name.startsWith(o)))) {
  test.describe(r.name, () => {
    test.use({ persona: r.persona, lang: lang === 'zh' ? 'zh-CN' : 'en', mode });
    test('picture', async ({ page }) => {
      await page.goto(r.path);
      await settled(page);
      await page.waitForTimeout(500);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: 1366, height: Math.min(Math.max(768, height), 2200) });
      await page.screenshot({ path: `${process.env['SHOTS_DIR'] ?? '/tmp/shots'}/${lang}-${mode}/${r.name}.png` });
    });
  });
}
