import { expect, test } from './harness';

test.use({ persona: null });

test('a failed login says why, what to do and whom to ask', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('账户名').fill('chen.min');
  await page.getByLabel('登录密码').fill('wrong');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: '账户名或密码不对' });
  await expect(alert).toContainText('还可以再试 4 次');
  await expect(alert).toContainText('wrong_credentials');
  await expect(page.getByText('信息中心 王芳')).toBeVisible();
  await expect(page.getByText('电话：010-5555 0100')).toBeVisible();
});

test('after login one comes back to the page one asked for', async ({ page }) => {
  await page.goto('/data/datasets?state=active');
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.getByText('请先登录')).toBeVisible();
  await page.getByLabel('账户名').fill('chen.min');
  await page.getByLabel('登录密码').fill('a good password');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/data\/datasets\?state=active$/);
  await expect(page.getByRole('heading', { level: 1, name: '数据集' })).toBeVisible();
});

test('a prepared link cannot send a person to another site', async ({ page }) => {
  await page.goto('/login?next=//evil.example/');
  await page.getByLabel('账户名').fill('chen.min');
  await page.getByLabel('登录密码').fill('a good password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: '您好，陈敏' })).toBeVisible();
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
  expect(new URL(page.url()).pathname).toBe('/');
});

test('the language can be changed before login and is kept', async ({ page }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: '切换到英文' }).click();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
