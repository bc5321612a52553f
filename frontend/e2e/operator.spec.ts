import { expect, test } from './harness';

test.use({ persona: 'operator' });

test('an account is created with roles and the person’s own passphrase', async ({ page }) => {
  await page.goto('/platform/accounts');
  await page.getByRole('button', { name: '创建账户' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('账户名').fill('qian.ji');
  await dialog.getByLabel('姓名').fill('钱季');
  await dialog.getByRole('checkbox', { name: '审计方' }).check();
  await dialog.getByLabel('初始登录密码').fill('first password');
  await dialog.getByLabel('本人的签名口令').fill('a passphrase of mine');
  await dialog.getByLabel('再次输入签名口令').fill('another passphrase');
  await dialog.getByLabel('您（管理员）的签名口令').fill('operator passphrase');
  await dialog.getByRole('button', { name: '签名并创建' }).click();
  await expect(dialog.getByText('两次输入不一致')).toBeVisible();
  await dialog.getByLabel('再次输入签名口令').fill('a passphrase of mine');
  const sent = page.waitForRequest((r) => r.url().endsWith('/v1/accounts') && r.method() === 'POST');
  await dialog.getByRole('button', { name: '签名并创建' }).click();
  expect((await sent).postDataJSON()).toMatchObject({ request: { username: 'qian.ji', roles: ['auditor'] }, key_passphrase: 'a passphrase of mine', signing: { passphrase: 'operator passphrase' } });
  await expect(page.getByText(/已创建，密钥已上链/)).toBeVisible();
});

test('freezing an account is previewed and signed', async ({ page }) => {
  await page.goto('/platform/accounts');
  await page.getByRole('button', { name: '冻结账户 sun.yue' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('将要签名的内容')).toBeVisible();
  await dialog.getByLabel('我的签名口令').fill('operator passphrase');
  await dialog.getByRole('button', { name: '冻结', exact: true }).click();
  await expect(page.getByText('已更改并上链')).toBeVisible();
});

test('the node page tells rooms, ledger and links', async ({ page }) => {
  await page.goto('/platform/node');
  await expect(page.getByText('账本（信任网）')).toBeVisible();
  await expect(page.getByRole('table', { name: '与其他节点的连接' }).getByRole('row', { name: /审计局/ })).toContainText('未连接');
});

test('every error code has its cause and remedy, searchable', async ({ page }) => {
  await page.goto('/help/errors');
  await page.getByLabel('搜索代码或文字').fill('peer');
  await expect(page.getByText('peer_lost')).toBeVisible();
  await expect(page.getByText('wrong_credentials')).toHaveCount(0);
});
