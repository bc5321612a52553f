import { readFileSync } from 'node:fs';
import { bundle, expect, test } from './harness';
import { taskId } from '../mock/tasks';

test.use({ persona: 'auditor' });

test('evidence is searched by account and opened as a chain', async ({ page }) => {
  await page.goto('/audit');
  await page.getByLabel('账户（机构/账户）').fill('hospital/chen.min');
  await expect(page).toHaveURL(/actor=hospital%2Fchen\.min/);
  await expect(page.getByRole('row', { name: /wu\.bo/ })).toContainText('account_frozen');
  await page.getByRole('link', { name: /^任务 / }).first().click();
  await expect(page).toHaveURL(new RegExp(taskId('completed')));
  await expect(page.getByText('医院和人社局的审批人在任务开始前签名批准了同一份规格。')).toBeVisible();
  await expect(page.getByText('签名时密钥是否在本人手中。')).toBeVisible();
});

test('a chain of evidence is verified in the browser and says what cannot be known', async ({ page }) => {
  await page.goto(`/audit/tasks/${taskId('completed')}`);
  await page.getByRole('button', { name: '在浏览器中验证' }).click();
  await expect(page.getByText('验证通过', { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/检查了 \d+ 个区块、\d+ 笔交易、\d+ 个签名/)).toBeVisible();
  await expect(page.getByText('个人签名', { exact: true })).toBeVisible();
  await expect(page.getByText('各方的原始数据是否真实、完整。')).toBeVisible();
  await expect(page.getByText(/创世文件是否就是您信任的那一份/)).toBeVisible();
});

test('the bundle that is saved is the one that was verified, byte for byte', async ({ page }) => {
  await page.goto(`/audit/tasks/${taskId('completed')}`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载证据包' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe(bundle());
});

test('a dropped bundle verifies without the server, one changed digit and it fails', async ({ page }) => {
  await page.goto('/audit/verify');
  await page.getByText('本节点所在链的创世摘要').waitFor();
  const good = bundle();
  await page.context().setOffline(true);
  await page.getByLabel('选择证据包').setInputFiles({ name: 'good.json', mimeType: 'application/json', buffer: Buffer.from(good) });
  await expect(page.getByText('验证通过', { exact: true })).toBeVisible({ timeout: 20_000 });
  // One hexadecimal digit in the middle of the document.
  const at = good.search(/[0-9a-f]{64}/) + Math.floor(good.length / 2);
  const place = at + good.slice(at).search(/[0-9a-f]{32}/) + 16;
  const changed = good.slice(0, place) + (good[place] === '0' ? '1' : '0') + good.slice(place + 1);
  await page.getByLabel('选择证据包').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from(changed) });
  await expect(page.getByText('bad.json 的验证结果')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('验证失败', { exact: true })).toBeVisible();
});

test('a bundle of another chain than the trusted one is refused', async ({ page }) => {
  await page.goto('/audit/verify');
  await page.getByLabel('可信的创世摘要').fill('ab'.repeat(32));
  await page.getByLabel('选择证据包').setInputFiles({ name: 'good.json', mimeType: 'application/json', buffer: Buffer.from(bundle()) });
  await expect(page.getByText('验证失败', { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('创世文件与可信的不同')).toBeVisible();
});

test('a document that is no bundle is refused in plain words, in this browser', async ({ page }) => {
  await page.goto('/audit/verify');
  await page.getByLabel('选择证据包').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"other"}') });
  await expect(page.getByText('验证失败', { exact: true })).toBeVisible();
  await expect(page.getByText('文件格式', { exact: true })).toBeVisible();
  await expect(page.getByText('从中无法知道的')).toBeVisible();
});

test('a trusted genesis digest must be a digest', async ({ page }) => {
  await page.goto('/audit/verify');
  await page.getByLabel('可信的创世摘要').fill('abc');
  await expect(page.getByText('应为 64 位十六进制数字')).toBeVisible();
  await expect(page.getByRole('button', { name: '选择证据包' })).toBeDisabled();
});

test('one walks the ledger from block to transaction to the chain of evidence', async ({ page }) => {
  await page.goto('/ledger');
  await page.getByRole('link', { name: '2,385' }).click();
  await page.getByRole('link', { name: '批准任务' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '交易：批准任务' })).toBeVisible();
  await page.getByRole('link', { name: '查看所属任务的证据链' }).click();
  await expect(page).toHaveURL(/\/audit\/tasks\//);
});

test('the search of the ledger says what it found', async ({ page }) => {
  await page.goto('/ledger');
  await page.getByLabel('输入高度、哈希、编号或名称').fill('门诊');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '门诊就诊记录' }).click();
  await expect(page).toHaveURL(/\/catalog\/hospital\.visits$/);
});

test('an auditor sees no way to apply, publish or approve in the menu', async ({ page }) => {
  await page.goto('/');
  const menu = page.getByRole('navigation', { name: '主菜单' });
  await expect(menu.getByRole('link', { name: '审计查证' })).toBeVisible();
  for (const name of ['发布数据集', '审批中心', '新建隐私求交', '账户']) await expect(menu.getByRole('link', { name, exact: true })).toHaveCount(0);
});

test('an unknown address says so and leads back', async ({ page }) => {
  await page.goto('/nowhere');
  await expect(page.getByText('没有这个页面')).toBeVisible();
  await page.getByRole('link', { name: '回到工作台' }).click();
  await expect(page).toHaveURL(/\/$/);
});
