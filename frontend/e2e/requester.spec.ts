import { choose } from './choose';
import { expect, expectAccessible, test } from './harness';
import type { S } from '@/api/types';
import { summaries } from '../mock/data';
import { psiEstimate } from '../mock/algorithms';
import { detail, ownRun, progress, result, spec, taskId } from '../mock/tasks';

test.use({ persona: 'requester' });

test('a requester applies for columns of a dataset', async ({ page }) => {
  await page.goto('/catalog');
  await page.getByRole('link', { name: '门诊就诊记录' }).click();
  await page.getByRole('button', { name: '申请使用' }).click();
  await expect(page).toHaveURL(/\/apply$/);
  await expect(page.getByRole('heading', { name: '需要哪些列，怎样使用？' })).toBeVisible();
  await expect(page.getByRole('row', { name: /diagnosis/ })).toContainText('提供方未对本机构开放');
  await expect(page.getByRole('button', { name: '下一步' })).toBeDisabled();
  await page.getByRole('row', { name: /id_number/ }).getByRole('checkbox').check();
  await page.getByRole('row', { name: /visit_date/ }).getByRole('checkbox', { name: '匹配行可取回' }).check();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByLabel('用途代号')).toHaveValue('subsidy-review');
  await page.getByLabel('申请理由').fill('复核补贴');
  await page.getByRole('button', { name: '下一步' }).click();
  const sent = page.waitForRequest((r) => r.url().endsWith('/v1/applications') && r.method() === 'POST');
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  await page.getByRole('button', { name: '提交申请' }).click();
  const { request } = (await sent).postDataJSON() as { request: { scope: { columns: unknown[]; purpose: string } } };
  expect(request.scope.columns).toEqual([
    { column: 'id_number', disclosure: 'PLAINTEXT_AFTER_JOIN' },
    { column: 'visit_date', disclosure: 'PLAINTEXT_AS_JOIN_PAYLOAD' },
  ]);
  await expect(page).toHaveURL(/\/applications\/app-/);
});

test('a private set intersection is proposed in five steps', async ({ page }) => {
  await page.goto('/tasks/new');
  await page.getByLabel('任务名称').fill('补贴复核');
  await choose(page, '本机构的数据集', 'rsj.social-insurance');
  await choose(page, '对方的数据集', '门诊就诊记录');
  await page.getByRole('button', { name: '下一步' }).click();

  await choose(page, '第 1 个键：本机构的列', 'id_number');
  const profile = page.getByRole('region', { name: '键画像' });
  await expect(profile.getByRole('row', { name: /空键的行/ })).toContainText('412');
  await expect(profile.getByRole('row', { name: /重复的行/ })).toContainText('1,893');
  await expect(profile.getByRole('row', { name: /每个键只取第一行/ })).toContainText('77,695 行参与，另有 1,893 行因键重复被略去');
  // The twin column and the rule that fits are proposed.
  await expect(page.getByText('居民身份号码 (id-cn/1)')).toBeVisible();
  await page.getByRole('radio', { name: /有重复就不运行/ }).check();
  await expect(profile.getByRole('alert')).toContainText('按当前的选择，任务不会运行');
  await page.getByRole('radio', { name: /每个键只取第一行/ }).check();
  await expect(profile.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: '下一步' }).click();

  await expect(page.getByRole('button', { name: '下一步' })).toBeDisabled();
  await choose(page, '依据的授权', 'subsidy-review');
  const foreign = page.getByRole('group', { name: '对方为匹配行返回的列' });
  await expect(foreign.getByRole('checkbox', { name: /diagnosis/ })).toBeDisabled();
  await foreign.getByRole('checkbox', { name: /visit_date/ }).check();
  await page.getByRole('button', { name: '下一步' }).click();

  // The recommended protocol is marked with its reason; what differs stands side by side.
  const rr22 = page.getByRole('radio', { name: /psi\.rr22-low-gf128\/1/ });
  await expect(rr22).toBeChecked();
  await expect(page.getByText('其中它传输的字节最少')).toBeVisible();
  const table = page.getByRole('table').filter({ hasText: '结果之外的泄露' });
  await expect(table.getByRole('row', { name: /安全模型/ })).toContainText('恶意安全');
  await expect(table.getByRole('row', { name: /结果之外的泄露/ })).toContainText('最多可以多试探约 35%');
  await expect(table.getByRole('row', { name: /^流量/ })).toContainText('3.5 MiB');
  const link = page.getByRole('group', { name: '与对方节点的链路' });
  await expect(link).toContainText('链路尚未测量，按往返 20 ms、100 Mbit/s 估算');
  await link.getByRole('button', { name: '测试链路' }).click();
  await expect(link.getByRole('status')).toContainText('往返 3.48 ms，发往对方 490 Mbit/s');
  await expect(link).toContainText('链路：往返 3.48 ms，471 Mbit/s（较慢方向）');
  await page.getByRole('radio', { name: /psi\.ecdh-ristretto255\/1/ }).check();
  await page.getByLabel('至少匹配多少个键').fill('90000');
  await expect(page.getByText('行数较少的一方只有 80,000 行')).toBeVisible();
  await page.getByLabel('至少匹配多少个键').fill('20');
  await expect(page.getByText('行数较少的一方只有')).toHaveCount(0);
  await expectAccessible(page, 'protocol step');
  await expect(page.getByLabel('最晚开始时间')).not.toHaveValue('');
  await page.getByRole('button', { name: '下一步' }).click();

  await expect(page.getByText('只知道双方参与的键数')).toBeVisible();
  await expect(page.getByText('医院会得知人社局参与的键数')).toBeVisible();
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  const sent = page.waitForRequest((r) => r.url().endsWith('/v1/tasks') && r.method() === 'POST');
  await page.getByRole('button', { name: '签名并发起任务' }).click();
  expect((await sent).postDataJSON()).toMatchObject({
    request: {
      title: '补贴复核', purpose: 'subsidy-review', receiver: 'rsj', key_rules: ['id-cn/1'], duplicates: 'first',
      algorithm: { id: 'psi.ecdh-ristretto255', version: '1' }, min_matches: 20,
      parties: [
        { organisation: 'rsj', keys: ['id_number'], grant: null },
        { organisation: 'hospital', keys: ['id_number'], payload: ['visit_date'], grant: 'grant-20ab90' },
      ],
    },
  });
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f]{64}$/);
});

for (const lang of ['zh-CN', 'en'] as const) {
  test.describe(`sums instead of rows (${lang})`, () => {
    test.use({ lang, mode: lang === 'en' ? 'dark' : 'light' });
    test('only what a grant lets be aggregated can be summed, and a minimum is asked for', async ({ page }) => {
      const w = lang === 'en'
        ? { title: 'Title', ours: 'Our dataset', theirs: 'Their dataset', next: 'Next', key: 'Key 1: our column', sums: /Only sums and averages/, of: "Sums and averages of the other side's columns", grant: 'Under which grant', sum: 'sum amount', average: 'average amount', back: 'Columns returned for matched rows', min: 'Keys that must match at least', pass: 'My signing passphrase', sign: 'Sign and propose', need: 'need a minimum of at least 5 matches' }
        : { title: '任务名称', ours: '本机构的数据集', theirs: '对方的数据集', next: '下一步', key: '第 1 个键：本机构的列', sums: /只有求和与平均/, of: '对对方列的求和与平均', grant: '依据的授权', sum: '求和 amount', average: '平均 amount', back: '对方为匹配行返回的列', min: '至少匹配多少个键', pass: '我的签名口令', sign: '签名并发起任务', need: '最小交集门槛不低于 5' };
      await page.goto('/tasks/new');
      await page.getByLabel(w.title).fill('费用合计');
      await choose(page, w.ours, 'rsj.social-insurance');
      await choose(page, w.theirs, '门诊就诊记录');
      await page.getByRole('button', { name: w.next }).click();
      await choose(page, w.key, 'id_number');
      await page.getByRole('button', { name: w.next }).click();
      await page.getByRole('radio', { name: w.sums }).check();
      await expect(page.getByRole('group', { name: w.back })).toHaveCount(0);
      const functions = page.getByRole('group', { name: w.of });
      await expect(functions.getByRole('checkbox', { name: w.sum })).toBeDisabled();
      await choose(page, w.grant, 'subsidy-review');
      await expect(page.getByRole('button', { name: w.next })).toBeDisabled();
      await functions.getByRole('checkbox', { name: w.sum }).check();
      await functions.getByRole('checkbox', { name: w.average }).check();
      await expectAccessible(page, 'aggregates');
      await page.getByRole('button', { name: w.next }).click();
      await page.getByLabel(w.min).fill('4');
      await expect(page.getByText(w.need)).toBeVisible();
      await page.getByLabel(w.min).fill('10');
      await page.getByRole('button', { name: w.next }).click();
      await page.getByLabel(w.pass).fill('my own passphrase');
      const sent = page.waitForRequest((r) => r.url().endsWith('/v1/tasks') && r.method() === 'POST');
      await page.getByRole('button', { name: w.sign }).click();
      expect((await sent).postDataJSON()).toMatchObject({
        request: {
          output: { kind: 'aggregates', functions: [{ function: 'sum', column: 'amount' }, { function: 'average', column: 'amount' }] },
          min_matches: 10, parties: [{ payload: [] }, { payload: ['amount'] }],
        },
      });
    });
  });
}

for (const lang of ['zh-CN', 'en'] as const) {
  test.describe(`rows for both sides (${lang})`, () => {
    test.use({ lang, mode: lang === 'en' ? 'dark' : 'light' });
    test('a result to both sides says what the other learns, and needs a grant on each dataset', async ({ page }) => {
      const w = lang === 'en'
        ? { title: 'Title', ours: 'Our dataset', theirs: 'Their dataset', next: 'Next', key: 'Key 1: our column', one: /^The receiver alone/, both: /^Both sides/, learns: '医院 learns which of its rows match', kept: 'can keep matches to itself unnoticed', grant: 'Under which grant', back: "Grant on the receiver's data", own: 'Columns that the receiver keeps and releases', foreign: 'Columns returned for matched rows', lack: "Choose the grant under which the other side uses the receiver's data.", gets: 'which of its own rows match, and the columns', pass: 'My signing passphrase', sign: 'Sign and propose', left: /^All rows of the receiver/ }
        : { title: '任务名称', ours: '本机构的数据集', theirs: '对方的数据集', next: '下一步', key: '第 1 个键：本机构的列', one: /^只给接收方/, both: /^双方都得到/, learns: '医院得知自己的哪些行匹配', kept: '可以隐瞒匹配而不被发现', grant: '依据的授权', back: '对方使用接收方数据的授权', own: '接收方保留并放行的列', foreign: '对方为匹配行返回的列', lack: '请选择对方使用接收方数据的授权', gets: '自己的哪些行匹配，以及列', pass: '我的签名口令', sign: '签名并发起任务', left: /^接收方的全部行/ };
      await page.goto('/tasks/new');
      await page.getByLabel(w.title).fill('双方核对');
      await choose(page, w.ours, 'rsj.social-insurance');
      await choose(page, w.theirs, '门诊就诊记录');
      await page.getByRole('button', { name: w.next }).click();
      await choose(page, w.key, 'id_number');
      await page.getByRole('button', { name: w.next }).click();
      await expect(page.getByRole('radio', { name: w.one })).toBeChecked();
      await choose(page, w.grant, 'subsidy-review');
      await expect(page.getByRole('button', { name: w.next })).toBeEnabled();
      await page.getByRole('radio', { name: w.both }).check();
      await expect(page.getByText(w.learns)).toBeVisible();
      await expect(page.getByText(w.kept)).toBeVisible();
      await expect(page.getByText(w.lack)).toBeVisible();
      await expect(page.getByRole('button', { name: w.next })).toBeDisabled();
      // Nothing of ours is released without a grant to them.
      const own = page.getByRole('group', { name: w.own });
      await expect(own.getByRole('checkbox', { name: /insured_since/ })).toBeDisabled();
      await choose(page, w.back, 'subsidy-review');
      await expect(own.getByRole('checkbox', { name: /name/ })).toBeDisabled();
      await own.getByRole('checkbox', { name: /insured_since/ }).check();
      await page.getByRole('group', { name: w.foreign }).getByRole('checkbox', { name: /visit_date/ }).check();
      await expectAccessible(page, 'result to both sides');
      // Of all own rows there is no result for both in this wizard; coming back asks again.
      await page.getByRole('radio', { name: w.left }).check();
      await expect(page.getByRole('radio', { name: w.both })).toHaveCount(0);
      await page.goBack();
      await page.goForward();
      await page.getByRole('radio', { name: lang === 'en' ? /^Matching rows/ : /^匹配的行/ }).check();
      await page.getByRole('radio', { name: w.both }).check();
      await choose(page, w.back, 'subsidy-review');
      await own.getByRole('checkbox', { name: /insured_since/ }).check();
      await page.getByRole('button', { name: w.next }).click();
      // Only what can prove matches to the other side is compared.
      await expect(page.getByRole('radio', { name: /psi\.rr22-gf128\/1/ })).toBeChecked();
      await expect(page.getByRole('radio', { name: /psi\.rr22-low/ })).toHaveCount(0);
      await page.getByRole('button', { name: w.next }).click();
      await expect(page.getByText(w.gets)).toBeVisible();
      await page.getByLabel(w.pass).fill('my own passphrase');
      const sent = page.waitForRequest((r) => r.url().endsWith('/v1/tasks') && r.method() === 'POST');
      await page.getByRole('button', { name: w.sign }).click();
      expect((await sent).postDataJSON()).toMatchObject({
        request: {
          receiver: 'rsj', output: { kind: 'rows', join: 'inner', both: true }, algorithm: null,
          parties: [{ organisation: 'rsj', grant: 'grant-5c11aa', payload: ['insured_since'] }, { organisation: 'hospital', grant: 'grant-20ab90', payload: ['visit_date'] }],
        },
      });
    });
  });
}

test('three organisations, or a third that brings no data', async ({ page }) => {
  await page.route('**/v1/datasets?*', (route) =>
    route.fulfill({ json: { items: summaries.map((d) => ({ ...d, state: 'active', mine: d.organisation.id === 'rsj' })).filter((d) => d.mine || !route.request().url().includes('mine=true')), next_cursor: null } }),
  );
  await page.goto('/tasks/new');
  await page.getByLabel('任务名称').fill('三方核对');
  await choose(page, '本机构的数据集', 'rsj.social-insurance');
  await choose(page, '对方的数据集', '门诊就诊记录');
  await page.getByRole('button', { name: '增加参与方' }).click();
  await choose(page, '选择数据集', '贷款申请');
  await page.getByRole('button', { name: '下一步' }).click();
  await choose(page, '第 1 个键：本机构的列', 'id_number');
  await expect(page.getByRole('button', { name: '下一步' })).toBeDisabled();
  await choose(page, '第 1 个键：贷款申请 的列', 'id_number');
  await page.getByRole('button', { name: '下一步' }).click();
  // Of several parties rows are the one output, and we or a third receive.
  await expect(page.getByRole('radio', { name: '只有求和与平均' })).toHaveCount(0);
  await expect(page.getByRole('radio', { name: '医院' })).toHaveCount(0);
  await choose(page, '依据的授权', 'subsidy-review');
  await expectAccessible(page, 'result of several parties');
  await page.getByRole('radio', { name: '不提供数据的第三方' }).check();
  await expect(page.getByRole('alert').filter({ hasText: '不得与任何参与方串通' })).toBeVisible();
  await expect(page.getByRole('button', { name: '下一步' })).toBeDisabled();
  await page.getByRole('radio', { name: '人社局' }).check();
  await choose(page, '依据的授权', 'subsidy-review');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  const sent = page.waitForRequest((r) => r.url().endsWith('/v1/tasks') && r.method() === 'POST');
  await page.getByRole('button', { name: '签名并发起任务' }).click();
  expect((await sent).postDataJSON()).toMatchObject({
    request: {
      receiver: 'rsj', output: { kind: 'rows', join: 'inner' },
      parties: [{ organisation: 'rsj' }, { organisation: 'hospital', grant: 'grant-20ab90' }, { organisation: 'bank', dataset: 'bank.loan-applications', keys: ['id_number'], grant: null }],
    },
  });
});

test('the key profile says what is missing, that it counts, why it cannot, and counts at the next try', async ({ page }) => {
  let answers = 0;
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  const asked: unknown[] = [];
  await page.route('**/v1/sources/*/key_profiles', async (route) => {
    asked.push(route.request().postDataJSON());
    answers += 1;
    if (answers > 1) return route.fallback();
    await held;
    return route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ code: 'source_frozen', title: '数据源已冻结', detail: '数据提供方暂停了该数据源的读取。', remedy: '启用数据源后重试。', trace_id: 't' }) });
  });
  await page.goto('/tasks/new');
  await page.getByLabel('任务名称').fill('补贴复核');
  await choose(page, '本机构的数据集', 'rsj.social-insurance');
  await choose(page, '对方的数据集', '门诊就诊记录');
  await page.getByRole('button', { name: '下一步' }).click();
  const profile = page.getByRole('region', { name: '键画像' });
  await expect(profile).toContainText('选好列和规则');
  expect(asked).toEqual([]);
  await choose(page, '第 1 个键：本机构的列', 'id_number');
  await expect(profile.getByRole('status')).toContainText('正在读取全部数据并统计');
  release();
  await expect(profile.getByRole('alert')).toContainText('启用数据源后重试');
  await expectAccessible(page, 'key profile with an error');
  await profile.getByRole('button', { name: '重试' }).click();
  await expect(profile.getByRole('row', { name: /不同的键/ })).toContainText('77,695');
  expect(asked[0]).toEqual({ columns: ['id_number'], key_rules: ['id-cn/1'] });
  await expectAccessible(page, 'key profile');
});

test.describe('in English', () => {
  test.use({ lang: 'en' });
  test('the key profile tells what duplicates do under each choice', async ({ page }) => {
    await page.goto('/tasks/new');
    await page.getByLabel('Title').fill('Subsidy review');
    await choose(page, 'Our dataset', 'rsj.social-insurance');
    await choose(page, 'Their dataset', '门诊就诊记录');
    await page.getByRole('button', { name: 'Next' }).click();
    await choose(page, 'Key 1: our column', 'id_number');
    const profile = page.getByRole('region', { name: 'Key profile' });
    await expect(profile.getByRole('row', { name: /Match every row/ })).toContainText('All 79,588 rows take part');
    await page.getByRole('radio', { name: /Refuse when/ }).check();
    await expect(profile.getByRole('alert')).toContainText('the task will not run');
  });
});

test('an algorithm that this node cannot run is not offered, and a link test that fails says why', async ({ page }) => {
  await page.route('**/v1/psi_estimates', async (route) => {
    const estimate = psiEstimate(false);
    const [ecdh, rr22] = estimate.options as [S['EstimateOption'], S['EstimateOption']];
    const gone = { ...rr22, recommended: false, algorithm: { ...rr22.algorithm, state: 'not_in_build' as const, state_reason: '本节点软件不含这个算法的引擎；升级节点软件后可用。' } };
    await route.fulfill({ json: { ...estimate, options: [{ ...ecdh, recommended: true, fits: false }, gone], recommended: { id: ecdh.algorithm.id, version: '1' }, reason: 'only_usable', reason_text: '本节点目前只能运行这一种。' } });
  });
  await page.route('**/link_tests', (route) =>
    route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ code: 'link_test_too_soon', title: '链路刚刚测试过', detail: '每条链路每隔几秒才能测试一次。', remedy: '稍候再测，或使用上一次的结果。', trace_id: 't' }) }),
  );
  await page.goto('/tasks/new');
  await page.getByLabel('任务名称').fill('补贴复核');
  await choose(page, '本机构的数据集', 'rsj.social-insurance');
  await choose(page, '对方的数据集', '门诊就诊记录');
  await page.getByRole('button', { name: '下一步' }).click();
  await choose(page, '第 1 个键：本机构的列', 'id_number');
  await page.getByRole('button', { name: '下一步' }).click();
  await choose(page, '依据的授权', 'subsidy-review');
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByRole('radio', { name: /psi\.rr22/ })).toBeDisabled();
  await expect(page.getByText('升级节点软件后可用')).toBeVisible();
  await expect(page.getByRole('radio', { name: /psi\.ecdh/ })).toBeChecked();
  await expect(page.getByText('本节点的可用内存不够')).toBeVisible();
  await page.getByRole('button', { name: '测试链路' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '链路刚刚测试过' })).toContainText('使用上一次的结果');
  await expectAccessible(page, 'protocol step with an error');
});

test('the page of algorithms says what each lets others learn and whether this node runs it', async ({ page }) => {
  await page.goto('/tasks');
  await page.getByRole('link', { name: '算法', exact: true }).click();
  await expect(page).toHaveURL(/\/algorithms$/);
  await expect(page.getByText('ECDH 隐私求交（Ristretto255）')).toBeVisible();
  await expect(page.getByText('恶意安全：')).toHaveCount(2);
  await expect(page.getByText('本节点软件不含', { exact: true })).toBeVisible();
});

test('an earlier task is repeated without typing it again', async ({ page }) => {
  await page.goto(`/tasks/new?from=${taskId('completed')}`);
  await expect(page.getByText('这是对先前任务的重复')).toBeVisible();
  await expect(page.getByLabel('任务名称')).toHaveValue('医疗补贴申领人员复核（十月）');
});

test('a failed task says cause and remedy, and can be run again', async ({ page }) => {
  await page.goto(`/tasks/${taskId('failed')}`);
  const alert = page.getByRole('alert').filter({ hasText: '与对方节点的连接中断' });
  await expect(alert).toContainText('60 秒内没有恢复');
  await expect(alert).toContainText('怎么办：');
  await page.getByRole('button', { name: '再次运行' }).click();
  const sent = page.waitForRequest((r) => r.url().endsWith('/runs'));
  await page.getByLabel('我的签名口令').fill('my own passphrase');
  await page.getByRole('button', { name: '签名并再次运行' }).click();
  expect((await sent).postDataJSON()).toMatchObject({ force: false, signing: { passphrase: 'my own passphrase' } });
  await expect(page).toHaveURL(/\/progress$/);
});

test('each party has its lane of progress', async ({ page }) => {
  await page.goto(`/tasks/${taskId('ready')}/progress`);
  for (const org of ['人社局', '医院']) {
    const lane = page.getByRole('region', { name: `${org}的进度` });
    await expect(lane.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d+/);
    await expect(lane).toContainText('进行中');
    await expect(lane).toContainText('已发送');
  }
});

test('a run that was paused says by whom and until when, and goes on when asked', async ({ page }) => {
  const running = progress('ready');
  const lanes = running.parties.map((p) => ({ ...p, stage: 'interrupted', eta_ms: null }));
  const interruption = { code: 'run_paused_by_peer', title: '对方暂停了运行', paused_by: [{ id: 'hospital', name: '医院' }], until: '2026-11-30T04:00:00Z', can_resume: true };
  await page.route('**/v1/tasks/*/events', (route) => route.fulfill({ status: 404, json: {} }));
  await page.route('**/v1/tasks/*/progress', (route) => route.fulfill({ json: { ...running, parties: lanes, interruption, can_pause: false } }));
  await page.goto(`/tasks/${taskId('ready')}/progress`);
  const alert = page.getByRole('alert').filter({ hasText: '暂停方' });
  await expect(alert).toContainText('医院');
  await expect(alert).toContainText('2026-11-30');
  await expectAccessible(page, 'a paused run');
  const sent = page.waitForRequest((r) => r.url().endsWith('/resumptions') && r.method() === 'POST');
  await page.getByRole('button', { name: '继续运行' }).click();
  await sent;
});

test('the receiver downloads the result and the report', async ({ page }) => {
  await page.goto(`/tasks/${taskId('completed')}/result`);
  await expect(page.getByText('31,207')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('region').or(page.locator('.section')).getByRole('button', { name: '下载结果' }).first().click();
  expect((await download).suggestedFilename()).toBe('result-subsidy-review.csv');
});

test('a consistency check names what was compared and what it does not show', async ({ page }) => {
  await page.goto(`/tasks/${taskId('completed')}/check`);
  await page.getByRole('button', { name: '开始检查' }).click();
  await expect(page.getByText('一致：能够比较的各项都与账本相同')).toBeVisible();
  await expect(page.getByText('通道记录只保留 7 天')).toBeVisible();
  await expect(page.getByText('对方的数据和记录：由对方在自己的节点检查。')).toBeVisible();
});

test('the forced-start drill reports who refused and why', async ({ page }) => {
  await page.goto(`/tasks/${taskId('proposed')}`);
  await page.getByRole('button', { name: '更多操作' }).click();
  await page.getByRole('menuitem', { name: /强制启动演练/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: '强制启动演练' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '如预期被拒绝' }).or(page.getByText('如预期被拒绝')).first()).toBeVisible();
  await expect(page.getByText('task_not_ready')).toBeVisible();
});

test('actions that are not possible now say why', async ({ page }) => {
  await page.goto(`/tasks/${taskId('completed')}`);
  await page.getByRole('button', { name: '更多操作' }).click();
  await expect(page.getByRole('menuitem', { name: /撤回任务/ })).toContainText('任务已结束');
});

test('the URL is the state of a list', async ({ page }) => {
  await page.goto('/tasks');
  await page.getByRole('textbox', { name: '搜索名称、用途或编号' }).or(page.getByRole('searchbox', { name: '搜索名称、用途或编号' })).fill('抽样');
  await expect(page).toHaveURL(/q=%E6%8A%BD%E6%A0%B7/);
  await expect(page.getByRole('link', { name: '门诊记录抽样比对' })).toBeVisible();
  await expect(page.getByRole('link', { name: '参保状态核对' })).toHaveCount(0);
  await page.getByRole('tab', { name: '我发布的' }).click();
  await expect(page).toHaveURL(/side=published/);
  await page.reload();
  await expect(page.getByRole('tab', { name: '我发布的' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('link', { name: '参保状态核对' })).toHaveCount(0);
});

test('a list is exported as CSV with the same filter', async ({ page }) => {
  await page.goto('/tasks?state=failed');
  const sent = page.waitForRequest((r) => r.headers()['accept'] === 'text/csv');
  await page.getByRole('button', { name: '导出 CSV' }).click();
  expect((await sent).url()).toContain('state=failed');
});

test('the keyboard reaches pages and searches', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/\/tasks$/);
  await page.getByRole('heading', { level: 1, name: '可信计算任务' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: '搜索与跳转' }).fill('2385');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/ledger\/blocks\/2385$/);
});

test('the result report says what was checked, measured and learned, and can be printed', async ({ page }) => {
  await page.goto(`/tasks/${taskId('completed')}/result`);
  await expect(page.getByRole('heading', { name: '交叉核对' })).toBeVisible();
  await expect(page.getByText('4 项核对全部成立')).toBeVisible();
  await expect(page.getByRole('table', { name: '各阶段用时' }).getByRole('row', { name: /密文交换/ })).toContainText('13 s');
  await expect(page.getByText('双方共同哨兵：找到')).toBeVisible();
  await expect(page.getByRole('heading', { name: '各方得知了什么' })).toBeVisible();
  await expect(page.getByRole('button', { name: '打印' })).toBeVisible();
});

for (const [what, functions, said] of [
  ['sums alone', [{ function: 'sum', column: 'amount' }], '—（未公布）'],
  ['an average', [{ function: 'average', column: 'amount' }], '—（见结果文件）'],
] as const) {
  test(`the number of matches of ${what} is not shown as a number`, async ({ page }) => {
    await page.route('**/v1/tasks/*/report', async (route) => {
      const task = { ...detail('completed', 'rsj'), spec: { ...spec, output: { kind: 'aggregates' as const, functions: [...functions] } } };
      await route.fulfill({ json: { task, approval_ms: 1, run_ms: 1, resumptions: 0, result: { ...result, rows: 1 }, own_run: { ...ownRun('rsj'), matched_keys: null }, cross_checks: [], evidence: [], made_at: task.proposed_at } });
    });
    await page.goto(`/tasks/${taskId('completed')}/result`);
    await expect(page.getByText(said)).toBeVisible();
    await expectAccessible(page, 'report without a number of matches');
  });
}
