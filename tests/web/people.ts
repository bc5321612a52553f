import { AxeBuilder, expect, type Browser, type Page } from './playwright';

const first = new URL(process.env['BASE_URL'] ?? 'http://127.0.0.1:8080');

function desk(index: number, own: string | undefined): string {
  if (own) return own;
  const url = new URL(first);
  url.port = String(Number(first.port || 80) + index);
  return url.origin;
}

/** The demo's organisations and where their consoles are. */
export const DESKS = {
  rsj: desk(0, process.env['RSJ_URL']),
  hospital: desk(1, process.env['HOSPITAL_URL']),
  bank: desk(2, process.env['BANK_URL']),
  audit: desk(3, process.env['AUDIT_URL']),
};

export const PASSWORD = process.env['WEB_PASSWORD'] ?? 'shuzheng-demo-2026';
export const PASSPHRASE = process.env['WEB_PASSPHRASE'] ?? 'sign-with-care-2026';

/** A person at their own organisation's console, signed in as a person signs in. */
export async function signIn(browser: Browser, org: keyof typeof DESKS, account: string, lang: 'zh-CN' | 'en' = 'zh-CN'): Promise<Page> {
  const context = await browser.newContext({ baseURL: DESKS[org], acceptDownloads: true });
  await context.addInitScript((l) => window.localStorage.setItem('shuzheng.lang', l), lang);
  const page = await context.newPage();
  await page.goto('/login');
  await page.locator('input[autocomplete="username"]').fill(account);
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(lang === 'en' ? 'Hello' : '您好');
  return page;
}

/** Types the signing passphrase and presses the button that says what is signed. */
export async function sign(page: Page, verb: string | RegExp): Promise<void> {
  await page.getByLabel('我的签名口令').fill(PASSPHRASE);
  await page.getByRole('button', { name: verb }).last().click();
}

/** Chooses in a select by what a person reads. */
export async function choose(page: Page, label: string | RegExp, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click();
}

/** No axe violation on what is shown now, with real data in it. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  expect(violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}`))).toEqual([]);
}
