import { optionsOf } from './choose';
import { expect, test } from './harness';
import { WRONG_PASSPHRASE } from '../mock/answer';
import { taskId } from '../mock/tasks';

test.use({ persona: 'owner' });

test('a data owner publishes a dataset: connect, schema, policy, sign exactly what is shown', async ({ page }) => {
  await page.goto('/data/publish');
  await page.getByRole('radio', { name: /门诊就诊记录\.csv/ }).check();
  await page.getByRole('button', { name: '下一步' }).click();

  await expect(page.getByRole('heading', { name: '叫什么，公布哪些列？' })).toBeFocused();
  await page.getByLabel('名称').fill('门诊就诊记录（2025）');
  await page.getByLabel('标识').fill('visits-2025');
  await expect(page.getByText('请填写主题')).toBeVisible();
  await page.getByLabel('主题').fill('医疗健康');
  await page.getByRole('checkbox', { name: '公布列 diagnosis' }).uncheck();

  // Columns are tried as a key before anybody else sees them.
  const profile = page.getByRole('region', { name: '键画像' });
  await expect(profile).toContainText('选好列和规则');
  const keys = page.getByRole('combobox', { name: /试用哪些列作为键/ });
  const offered = await optionsOf(page, /试用哪些列作为键/);
  await expect(offered.filter({ hasText: 'id_number' })).toHaveCount(1);
  await expect(offered.filter({ hasText: 'diagnosis' })).toHaveCount(0);
  await offered.filter({ hasText: 'id_number' }).click();
  await keys.press('Escape');
  await expect(profile.getByRole('row', { name: /不规范的行/ })).toContainText('2,204');
  await expect(profile.getByRole('row', { name: /有重复就不运行/ })).toContainText('任务不会运行：有 1,893 行的键重复');
  await (await optionsOf(page, /试用哪些列作为键/)).filter({ hasText: 'department' }).click();
  await keys.press('Escape');
  await expect(profile.getByRole('row', { name: /重复的行/ })).toContainText('没有重复');
  await page.getByRole('button', { name: '下一步' }).click();

  await page.getByText('敏感', { exact: true }).first().click();
  await page.getByRole('button', { name: '为 id_number 添加用途' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('限定用途').fill('subsidy-review');
  await dialog.getByRole('button', { name: '添加用途' }).click();
  await expect(page.getByRole('row', { name: /id_number/ })).toContainText('用于求交');
  await expect(page.getByText('草稿已保存')).toBeVisible();
  await expect(page).toHaveURL(/draft=draft-\d+/);
  await page.getByRole('button', { name: '下一步' }).click();

  await page.getByRole('button', { name: '开始读取' }).click();
  await expect(page.getByText('将要签名的内容')).toBeVisible();
  await expect(page.getByText('hospital.visits-2025', { exact: true })).toBeVisible();
  await expect(page.getByRole('table', { name: '列与策略' })).not.toContainText('diagnosis');
  const sent = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith('/v1/datasets'));
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  await page.getByRole('button', { name: '签名并发布' }).click();
  const body = (await sent).postDataJSON() as { request: { id: string; columns: { name: string; rules: unknown[] }[] }; signing: { seen_digest: string } };
  expect(body.request.id).toBe('hospital.visits-2025');
  expect(body.request.columns.map((c) => c.name)).not.toContain('diagnosis');
  expect(body.request.columns[0]?.rules).toHaveLength(1);
  expect(body.signing.seen_digest).toMatch(/^[0-9a-f]{64}$/);
  await expect(page).toHaveURL(/\/data\/datasets\//);
});

test('a draft is found again and resumed where it was left', async ({ page }) => {
  await page.goto('/data/publish');
  await page.getByRole('radio', { name: /门诊就诊记录\.csv/ }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('名称').fill('留到明天');
  await expect(page.getByText('草稿已保存')).toBeVisible();
  await page.goto('/data/publish');
  await page.getByRole('listitem').filter({ hasText: '留到明天' }).getByRole('button', { name: '继续' }).click();
  await expect(page.getByRole('radio', { name: /门诊就诊记录\.csv/ })).toBeChecked();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByLabel('名称')).toHaveValue('留到明天');
});

test('a file is looked into before it is registered, and a bad path is explained', async ({ page }) => {
  await page.goto('/data/sources/new');
  await page.getByLabel('绝对路径').fill('/srv/missing.csv');
  await page.getByRole('button', { name: '查看文件' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '读不到这个文件' })).toContainText('请检查路径和权限');
  await page.getByLabel('绝对路径').fill('/srv/shuzheng/data/hospital-visits.csv');
  await page.getByRole('button', { name: '查看文件' }).click();
  await expect(page.getByText('文件里有 5 列、80,000 行')).toBeVisible();
  await expect(page.getByText('3 行的列数与表头不符，已跳过')).toBeVisible();
  await expect(page.getByLabel('标识')).toHaveValue('hospital-visits');
  await page.getByRole('button', { name: '登记数据源' }).click();
  await expect(page).toHaveURL(/\/data\/sources\/visits$/);
});

test('approving a task shows what leaves, the verdict, and needs the right passphrase', async ({ page }) => {
  await page.goto('/approvals?kind=tasks');
  await page.getByRole('link', { name: '医疗补贴申领人员复核（十一月）' }).click();
  const flows = page.getByRole('table', { name: '数据流向' });
  await expect(flows.getByRole('row', { name: /hospital\.visits · visit_date/ })).toContainText('人社局');
  await expect(flows.getByRole('row', { name: /rsj\.social-insurance · id_number/ })).toContainText('没有人看到明文');
  await expect(page.getByRole('table', { name: '与上次批准的同类任务相比' })).toContainText('visit_date, department');
  // By what it is computed, with the digest that the consortium agreed on and what that lets others learn.
  await expect(page.getByRole('heading', { name: '算法：ECDH 隐私求交（Ristretto255）' })).toBeVisible();
  await expect(page.getByText('账本上登记的描述摘要')).toBeVisible();
  await expect(page.getByText('两次输入只差一个键的运行，能看出这个键是否匹配')).toBeVisible();
  await expect(page.getByText('匹配的键少于 20 个时，接收方的节点不写出结果')).toBeVisible();
  await expect(page.getByText('规则允许：每一行都通过')).toBeVisible();
  const sign = page.getByRole('button', { name: '签名批准' });
  await expect(sign).toBeDisabled();
  await page.getByLabel('我的签名口令').fill(WRONG_PASSPHRASE);
  await sign.click();
  await expect(page.getByRole('alert').filter({ hasText: '签名口令不对' })).toContainText('没有任何内容上链');
  await expect(page.getByLabel('我的签名口令')).toHaveValue('');
  const sent = page.waitForRequest((r) => r.url().endsWith('/approvals') && r.method() === 'POST');
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  await sign.click();
  expect((await sent).postDataJSON()).toMatchObject({ request: { task: taskId('proposed'), decision: 'approve' } });
  await expect(page).toHaveURL(new RegExp(`/tasks/${taskId('proposed')}$`));
});

test('a rejection needs a reason, which is signed', async ({ page }) => {
  await page.goto(`/approvals/tasks/${taskId('proposed')}`);
  await page.getByText('拒绝', { exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: '下一步' })).toBeDisabled();
  await dialog.getByLabel('拒绝理由').fill('用途不清楚');
  await dialog.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByText('拒绝理由：用途不清楚')).toBeVisible();
  const sent = page.waitForRequest((r) => r.url().endsWith('/approvals') && r.method() === 'POST');
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  await page.getByRole('button', { name: '签名拒绝' }).click();
  expect((await sent).postDataJSON()).toMatchObject({ request: { decision: 'reject', reason: '用途不清楚' } });
});

test('an application is granted with fewer columns than asked for', async ({ page }) => {
  await page.goto('/approvals/applications/app-7f31c2');
  await page.getByRole('checkbox', { name: /department/ }).uncheck();
  await page.getByRole('checkbox', { name: /amount/ }).uncheck();
  await page.getByLabel('可用次数').fill('3');
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  const sent = page.waitForRequest((r) => r.url().endsWith('/reviews') && r.method() === 'POST');
  await page.getByRole('button', { name: '签名授权' }).click();
  const { request } = (await sent).postDataJSON() as { request: { terms: { columns: { column: string }[]; uses: number } } };
  expect(request.terms.columns.map((c) => c.column)).toEqual(['id_number', 'visit_date']);
  expect(request.terms.uses).toBe(3);
  await expect(page).toHaveURL(/state=done/);
});

test('a grant is revoked with a reason and a signature', async ({ page }) => {
  await page.goto('/data/grants/grant-20ab90');
  await page.getByRole('button', { name: '撤销授权' }).click();
  await page.getByLabel('撤销理由').fill('项目结束');
  await page.getByRole('button', { name: '下一步' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('我的签名口令').fill('my own passphrase');
  await dialog.getByRole('button', { name: '撤销授权' }).click();
  await expect(page.getByText('授权已撤销')).toBeVisible();
});

test('what an owner may not do says why instead of hiding', async ({ page }) => {
  await page.goto('/catalog/rsj.social-insurance');
  const apply = page.getByRole('button', { name: '申请使用' });
  await expect(apply).toHaveAttribute('aria-disabled', 'true');
  await apply.hover();
  await expect(page.getByRole('tooltip')).toContainText('数据需求方');
});

test('the column policy of a dataset is changed only by a signature', async ({ page }) => {
  await page.goto('/data/datasets/hospital.visits/columns');
  await page.getByRole('button', { name: '修改策略' }).click();
  await page.getByRole('button', { name: '取消 amount 的“聚合”' }).click();
  await page.getByRole('button', { name: '查看并签名' }).click();
  const dialog = page.getByRole('dialog');
  const sent = page.waitForRequest((r) => r.url().endsWith('/column_policy'));
  await dialog.getByLabel('我的签名口令').fill('my own passphrase');
  await dialog.getByRole('button', { name: '签名并更新策略' }).click();
  const { request } = (await sent).postDataJSON() as { request: { policy_version: number; columns: { name: string; rules: unknown[] }[] } };
  expect(request.policy_version).toBe(3);
  expect(request.columns.find((c) => c.name === 'amount')?.rules).toEqual([]);
});

test('usage limits show what each partner has left, and are changed only by a signature', async ({ page }) => {
  await page.goto('/data/datasets/hospital.visits/limits');
  await expect(page.getByRole('table', { name: '各伙伴已用' }).getByRole('row', { name: /人社局/ })).toContainText('396,856 / 600,000，剩 203,144');
  await page.getByRole('button', { name: '修改限额' }).click();
  await page.getByRole('button', { name: '添加' }).click();
  const modal = page.getByRole('dialog');
  await expect(modal.getByText('至少填写一项限额')).toBeVisible();
  await expect(modal.getByRole('button', { name: '采用' })).toBeDisabled();
  await modal.getByLabel('周期内最多运行次数').fill('3');
  await modal.getByRole('button', { name: '采用' }).click();
  await expect(page.getByRole('table', { name: '使用限额' }).getByRole('row', { name: /其他所有伙伴/ })).toContainText('30 天');
  await page.getByRole('button', { name: '查看并签名' }).click();
  const dialog = page.getByRole('dialog');
  const sent = page.waitForRequest((r) => r.url().endsWith('/usage_limits'));
  await dialog.getByLabel('我的签名口令').fill('my own passphrase');
  await dialog.getByRole('button', { name: '签名并更新限额' }).click();
  const { request } = (await sent).postDataJSON() as { request: { policy_version: number; limits: { partner: string | null; runs_max: number | null }[] } };
  expect(request.policy_version).toBe(3);
  expect(request.limits.map((l) => [l.partner, l.runs_max])).toEqual([[null, 3], ['rsj', 10]]);
});

test('the approval says what is left of the limits after this task', async ({ page }) => {
  await page.goto(`/approvals/tasks/${taskId('proposed')}`);
  await expect(page.getByText('剩余：103930')).toBeVisible();
});

test('after publication the way leads to usage limits, while there are none', async ({ page }) => {
  await page.goto('/data/datasets/hospital.departments?published=now');
  const prompt = page.getByRole('alert').filter({ hasText: '现在设置使用限额？' });
  await expect(prompt).toContainText('次数只受授权限制');
  await prompt.getByRole('button', { name: '现在设置使用限额' }).click();
  await expect(page).toHaveURL(/\/data\/datasets\/hospital\.departments\/limits$/);
  await expect(page.getByText('没有设置使用限额')).toBeVisible();
  await page.getByRole('button', { name: '修改限额' }).click();
  await page.getByRole('button', { name: '添加' }).click();
  await page.getByRole('dialog').getByLabel('周期内最多运行次数').fill('4');
  await page.getByRole('dialog').getByRole('button', { name: '采用' }).click();
  await expect(page.getByRole('table', { name: '使用限额' }).getByRole('row', { name: /其他所有伙伴/ })).toContainText('30 天');
  // Where limits are set there is nothing to ask.
  await page.goto('/data/datasets/hospital.visits?published=now');
  await expect(page.getByRole('heading', { level: 1, name: '门诊就诊记录' })).toBeVisible();
  await expect(page.getByText('现在设置使用限额？')).toHaveCount(0);
});
