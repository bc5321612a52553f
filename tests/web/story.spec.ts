import { readFileSync } from 'node:fs';
import { expect, test, type Browser, type Page } from './playwright';
import { choose, expectAccessible, sign, signIn } from './people';

// One story, told at four consoles; each test goes on where the one before ended.
test.describe.configure({ mode: 'serial' });

const title = `网页端参保核验 ${Date.now().toString(36)}`;
let task = '';
let grant = '';
let pages: Map<string, Page>;

test.beforeAll(() => {
  pages = new Map();
});
test.afterAll(async () => {
  for (const p of pages.values()) await p.context().close();
});

/** A person's own browser window, kept through the story. */
async function at(browser: Browser, org: 'rsj' | 'bank' | 'hospital' | 'audit', account: string): Promise<Page> {
  const key = `${org}/${account}`;
  const known = pages.get(key);
  if (known) return known;
  const page = await signIn(browser, org, account);
  pages.set(key, page);
  return page;
}

test('a wrong password is refused with a code and the administrator’s contact', async ({ browser }) => {
  const page = await signIn(browser, 'audit', 'sun.lei');
  await page.context().clearCookies();
  await page.goto('/login');
  await page.getByLabel('账户名').fill('sun.lei');
  await page.getByLabel('登录密码').fill('not the password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').first()).toContainText('错误代码');
  await expect(page.getByText('需要帮助？请联系本机构管理员')).toBeVisible();
  await page.context().close();
});

test('a task whose grant was revoked cannot be approved: the page says which line refuses', async ({ browser }) => {
  const page = await at(browser, 'rsj', 'li.wei');
  await page.goto('/approvals?kind=tasks');
  await page.getByRole('link', { name: '贷款申请人参保核验' }).first().click();
  await expect(page.getByText(/规则不允许：\d+ 行未通过/).first()).toBeVisible();
  await expect(page.locator('.verdict').first()).toContainText('grant_revoked');
});

test('the bank finds the data and applies for it', async ({ browser }) => {
  const page = await at(browser, 'bank', 'chen.jie');
  await page.goto('/catalog?q=参保');
  await page.getByRole('link', { name: '社会保险参保信息' }).click();
  await page.getByRole('button', { name: '申请使用' }).click();
  await page.getByRole('row', { name: /^id_no/ }).getByRole('checkbox').first().check();
  await page.getByRole('row', { name: /^employer/ }).getByRole('checkbox', { name: '匹配行可取回' }).check();
  await page.getByRole('row', { name: /^insured_months/ }).getByRole('checkbox', { name: '匹配行可取回' }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByLabel('用途代号')).toHaveValue('贷款审批');
  await page.getByLabel('申请理由').fill('核验贷款申请人的参保情况（网页端）');
  await page.getByRole('button', { name: '下一步' }).click();
  await sign(page, '提交申请');
  await expect(page).toHaveURL(/\/applications\//);
  await expect(page.getByText('正在等待人社局审核。')).toBeVisible();
});

test('the owner grants it, with fewer uses than asked for', async ({ browser }) => {
  const page = await at(browser, 'rsj', 'li.wei');
  await page.goto('/approvals?kind=applications');
  await page.getByRole('link', { name: '社会保险参保信息' }).first().click();
  await page.getByLabel('可用次数').fill('2');
  await sign(page, '签名授权');
  await expect(page).toHaveURL(/state=done/);
  await page.goto('/data/grants?state=active');
  await page.getByRole('link', { name: '社会保险参保信息' }).first().click();
  await expect(page.getByText('0 / 2')).toBeVisible();
  grant = page.url().split('/').pop() ?? '';
});

test('the requester proposes an intersection in the wizard', async ({ browser }) => {
  const page = await at(browser, 'bank', 'chen.jie');
  await page.goto('/tasks/new');
  await page.getByLabel('任务名称').fill(title);
  await choose(page, '本机构的数据集', 'bank.loan-applications');
  await choose(page, '对方的数据集', '社会保险参保信息');
  await page.getByRole('button', { name: '下一步' }).click();
  await choose(page, '第 1 个键：本机构的列', 'id_no');
  if (!(await page.getByText('id-cn/1').first().isVisible())) await choose(page, '第 1 个键：规则', 'id-cn/1');
  await page.getByRole('radio', { name: /每个键只取第一行/ }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await choose(page, '依据的授权', '0/2');
  const foreign = page.getByRole('group', { name: '对方为匹配行返回的列' });
  await expect(foreign.getByRole('checkbox', { name: /monthly_base/ })).toBeDisabled();
  await foreign.getByRole('checkbox', { name: /employer/ }).check();
  await foreign.getByRole('checkbox', { name: /insured_months/ }).check();
  await page.getByRole('group', { name: '接收方保留自己的哪些列' }).getByRole('checkbox', { name: /product/ }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByText('规则允许：每一行都通过')).toBeVisible();
  await expectAccessible(page);
  await sign(page, '签名并发起任务');
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f]{64}$/);
  task = page.url().split('/').pop() ?? '';
  await expect(page.getByText('正在等待审批：')).toBeVisible();
});

test('each party approves at its own console, seeing what leaves', async ({ browser }) => {
  for (const [org, account] of [['bank', 'zhao.min'], ['rsj', 'li.wei']] as const) {
    const page = await at(browser, org, account);
    await page.goto(`/approvals/tasks/${task}`);
    const flows = page.getByRole('table', { name: '数据流向' });
    await expect(flows.getByRole('row', { name: /rsj\.social-insurance · employer/ })).toContainText('银行');
    await sign(page, '签名批准');
    await expect(page).toHaveURL(new RegExp(`/tasks/${task}$`));
  }
});

test('the nodes run it by themselves; the requester sees both lanes and the end', async ({ browser }) => {
  const page = await at(browser, 'bank', 'chen.jie');
  await page.goto(`/tasks/${task}/progress`);
  for (const org of ['银行', '人社局']) await expect(page.getByRole('region', { name: `${org}的进度` })).toBeVisible();
  await expect(page.locator('.page-header')).toContainText('已完成', { timeout: 120_000 });
});

test('the receiver downloads a result with the agreed columns, the other side has none', async ({ browser }) => {
  const page = await at(browser, 'bank', 'chen.jie');
  await page.goto(`/tasks/${task}/result`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载结果' }).first().click();
  const text = readFileSync(await (await download).path(), 'utf8').replace(/^\ufeff/, '');
  const lines = text.trim().split(/\r?\n/);
  expect(lines[0]).toBe('id_no,product,employer,insured_months');
  expect(lines.length).toBeGreaterThan(2);

  const owner = await at(browser, 'rsj', 'li.wei');
  await owner.goto(`/tasks/${task}/result`);
  await expect(owner.getByText('结果只在接收方银行')).toBeVisible();
  await expect(owner.getByRole('button', { name: '下载结果' })).toHaveCount(0);
});

test('the consistency check re-derives the digests and finds them equal', async ({ browser }) => {
  const page = await at(browser, 'bank', 'chen.jie');
  await page.goto(`/tasks/${task}/check`);
  await page.getByRole('button', { name: '开始检查' }).click();
  await expect(page.getByText('一致：能够比较的各项都与账本相同')).toBeVisible({ timeout: 120_000 });
});

test('the auditor walks the chain, verifies it in the browser and takes it away', async ({ browser }) => {
  const page = await at(browser, 'audit', 'sun.lei');
  await page.goto(`/audit?task=${task}`);
  await page.getByRole('link', { name: /^任务 / }).first().click();
  await page.getByRole('button', { name: '在浏览器中验证' }).click();
  await expect(page.getByText('验证通过', { exact: true })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText('已验证', { exact: true }).first()).toBeVisible();
  await expectAccessible(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载证据包' }).click();
  const bundle = readFileSync(await (await download).path(), 'utf8');

  await page.goto('/audit/verify');
  await page.getByText('本节点所在链的创世摘要').waitFor();
  await page.getByLabel('选择证据包').setInputFiles({ name: 'bundle.json', mimeType: 'application/json', buffer: Buffer.from(bundle) });
  await expect(page.getByText('验证通过', { exact: true })).toBeVisible({ timeout: 90_000 });

  // One digit of one digest, in the middle of the document.
  const half = Math.floor(bundle.length / 2);
  const place = half + bundle.slice(half).search(/[0-9a-f]{32}/) + 16;
  const changed = bundle.slice(0, place) + (bundle[place] === '0' ? '1' : '0') + bundle.slice(place + 1);
  await page.getByLabel('选择证据包').setInputFiles({ name: 'changed.json', mimeType: 'application/json', buffer: Buffer.from(changed) });
  await expect(page.getByText('changed.json 的验证结果')).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText('验证失败', { exact: true })).toBeVisible();
});

test('the ledger explorer shows the approval’s block and transaction', async ({ browser }) => {
  const page = await at(browser, 'audit', 'sun.lei');
  await page.goto('/ledger/transactions?action=task_approve');
  await page.getByRole('link', { name: '批准任务' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: '交易：批准任务' })).toBeVisible();
  await page.getByRole('link', { name: /^区块 / }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('区块');
  await expect(page.getByText(/共识签名 [34] \/ 4/)).toBeVisible();
});

test('the owner revokes the grant and everybody sees it', async ({ browser }) => {
  const page = await at(browser, 'rsj', 'li.wei');
  await page.goto(`/data/grants/${grant}`);
  await expect(page.getByText('1 / 2')).toBeVisible();
  await page.getByRole('button', { name: '撤销授权' }).click();
  await page.getByLabel('撤销理由').fill('网页端测试结束');
  await page.getByRole('dialog').getByRole('button', { name: '下一步' }).click();
  await page.getByRole('dialog').getByLabel('我的签名口令').waitFor();
  await sign(page, '撤销授权');
  await expect(page.getByText('已撤销').first()).toBeVisible();
  const other = await at(browser, 'bank', 'chen.jie');
  await other.goto(`/data/grants/${grant}`);
  await expect(other.getByText('网页端测试结束')).toBeVisible();
});

test('an owner uploads a file, publishes it in four steps, and the others find it', async ({ browser }) => {
  const page = await at(browser, 'hospital', 'wang.fang');
  const stamp = Date.now().toString(36);
  const csv = ['card_no,department,fee', 'A001,内科,12.5', 'A002,外科,', 'A002,外科,80', ',儿科,30'].join('\n');
  await page.goto('/data/sources/new');
  await page.getByText('从这台电脑上传到本节点').click();
  await page.getByLabel('选择文件').setInputFiles({ name: `web-${stamp}.csv`, mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(page.getByText(/文件里有 3 列、4 行/)).toBeVisible();
  await page.getByRole('button', { name: '登记数据源' }).click();
  await expect(page).toHaveURL(new RegExp(`/data/sources/web-${stamp}$`));

  await page.getByRole('button', { name: '发布为数据集' }).click();
  await expect(page.getByRole('radio', { name: new RegExp(stamp) })).toBeChecked();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('名称').fill(`网页端发布 ${stamp}`);
  await page.getByLabel('主题').fill('医疗卫生');
  await page.getByRole('checkbox', { name: '公布列 fee' }).uncheck();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '为 card_no 添加用途' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '添加用途' }).click();
  await expect(page.getByText('草稿已保存')).toBeVisible();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '开始读取' }).click();
  await expect(page.getByText('将要签名的内容')).toBeVisible();
  await expectAccessible(page);
  await sign(page, '签名并发布');
  await expect(page).toHaveURL(new RegExp(`/data/datasets/hospital\\.web-${stamp}\\?published=now$`));

  const other = await at(browser, 'audit', 'sun.lei');
  await other.goto(`/catalog/hospital.web-${stamp}`);
  await expect(other.getByRole('row', { name: /card_no/ }).first()).toContainText('用于求交');
  await expect(other.getByText('fee', { exact: true })).toHaveCount(0);
});

test('the operator sees the node well and its operations logged', async ({ browser }) => {
  const page = await at(browser, 'rsj', 'admin');
  await page.goto('/platform/node');
  await expect(page.getByRole('table', { name: '与其他节点的连接' }).getByRole('row')).toHaveCount(4);
  await page.goto('/platform/operations');
  await expect(page.getByRole('cell', { name: 'create_approval' }).first()).toBeVisible();
});

test('the same pages in English', async ({ browser }) => {
  const page = await signIn(browser, 'bank', 'chen.jie', 'en');
  await page.goto(`/tasks/${task}`);
  await expect(page.getByText('Parties and approvals')).toBeVisible();
  await expect(page.getByText('The rules allow it').or(page.getByText('The rules refuse it')).first()).toBeVisible();
  await expectAccessible(page);
  await page.context().close();
});
