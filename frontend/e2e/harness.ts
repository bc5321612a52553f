import { test as base, expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { answer } from '../mock/answer';
import type { Persona } from '../mock/people';

/** A real bundle of the shared vectors: the mock's tasks are not those it tells of, the verifier's work is. */
export const bundle = (name = 'gm-completed') => readFileSync(new URL(`../../tests/vectors/evidence/good/${name}.json`, import.meta.url), 'utf8');

type Options = { persona: Persona | null; lang: 'zh-CN' | 'en'; mode: 'light' | 'dark' };

/** Answers every call of the API from fixtures; nothing else leaves the browser. */
export async function mockDesk(page: Page, who: () => Persona | null, onSignIn: () => void): Promise<void> {
  await page.route('**/v1/**', async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    let body: unknown = null;
    try {
      body = request.postDataJSON();
    } catch {
      // An upload: its bytes are not JSON.
    }
    if (request.method() !== 'GET' && url.pathname !== '/v1/session') {
      expect(request.headers()['x-csrf-token'], 'every change carries the CSRF token').toBeTruthy();
    }
    if (url.pathname.endsWith('/evidence_bundle') && who()) {
      await route.fulfill({ contentType: 'application/json', body: bundle() });
      return;
    }
    const a = answer({ method: request.method(), path: url.pathname, query: url.searchParams, body, persona: who() });
    if (url.pathname === '/v1/session' && request.method() === 'POST' && a.status === 200) onSignIn();
    await route.fulfill({
      status: a.status,
      contentType: a.type ?? 'application/json',
      body: a.text ?? (a.body === undefined ? '' : JSON.stringify(a.body)),
    });
  });
}

export const test = base.extend<Options & { desk: void }>({
  persona: ['owner', { option: true }],
  lang: ['zh-CN', { option: true }],
  mode: ['light', { option: true }],
  desk: [
    async ({ page, persona, lang, mode }, use) => {
      let who = persona;
      await page.addInitScript(
        ([l, m]) => {
          window.localStorage.setItem('shuzheng.lang', l as string);
          window.localStorage.setItem('shuzheng.theme', m as string);
        },
        [lang, mode],
      );
      await mockDesk(page, () => who, () => { who = who ?? 'owner'; });
      const errors: string[] = [];
      page.on('console', (m) => {
        // The browser itself notes every answer that is not 2xx; those are part of the tests.
        if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) errors.push(m.text());
      });
      page.on('pageerror', (e) => errors.push(String(e)));
      await use();
      expect(errors, 'nothing is reported on the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** No axe violation on what is shown now. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  const axe = new AxeBuilder({ page })
    // Only violations are worded; axe still asks every rule of every node, but does not describe what passed.
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    // The console has no frames, so that there are no results of several pages to be put together in another one.
    .setLegacyMode(true);
  const { violations } = await axe.analyze();
  const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary?.split('\n')[1] ?? ''}`));
  expect(found, name).toEqual([]);
}

/** The page has settled: heading there, no skeleton, no request under way. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.locator('.ant-skeleton').waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
}
