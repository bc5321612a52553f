import { choose } from './choose';
import { settled, test } from './harness';
import { progress, taskId } from '../mock/tasks';

// Pictures of what the routes alone do not show: edited limits, wizard steps, a paused run; wide and narrow. Not a test.
const dir = process.env['SHOTS_DIR'] ?? '/tmp/shots';
for (const lang of ['zh-CN', 'en'] as const) {
  const zh = lang === 'zh-CN';
  for (const width of [1440, 390]) {
    test.describe(`${lang} ${width}`, () => {
      test.use({ lang, viewport: { width, height: 900 } });
      const shot = async (page: import('@playwright/test').Page, name: string) => {
        await settled(page);
        await page.waitForTimeout(200);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) console.log(`${name} ${lang} ${width}: ${over} pixels too wide`);
        const height = await page.evaluate(() => Math.max(document.documentElement.scrollHeight, document.querySelector('main')?.scrollHeight ?? 0));
        await page.setViewportSize({ width, height: Math.min(Math.max(900, height + 60), 3200) });
        await page.screenshot({ path: `${dir}/${name}-${lang}-${width}.png` });
        await page.setViewportSize({ width, height: 900 });
      };
      test.describe('owner', () => {
        test.use({ persona: 'owner' });
        test('limits and approval', async ({ page }) => {
          await page.goto('/data/datasets/hospital.visits/limits');
          await shot(page, 'limits');
          await page.getByRole('button', { name: zh ? '修改限额' : 'Change limits' }).click();
          await shot(page, 'limits-edit');
          await page.goto('/data/datasets/hospital.departments?published=now');
          await shot(page, 'published');
          await page.goto(`/approvals/tasks/${taskId('proposed')}`);
          await shot(page, 'approval');
        });
      });
      test.describe('requester', () => {
        test.use({ persona: 'requester' });
        test('run and report', async ({ page }) => {
          await page.goto(`/tasks/${taskId('ready')}/progress`);
          await shot(page, 'progress');
          const still = { ...progress('ready'), parties: progress('ready').parties.map((p) => ({ ...p, stage: 'interrupted', eta_ms: null })), interruption: { code: 'run_paused_by_peer', title: zh ? '对方暂停了运行' : 'Paused by the other side', paused_by: [{ id: 'hospital', name: '医院' }], until: new Date(Date.now() + 86_400_000).toISOString(), can_resume: true }, can_pause: false };
          await page.route('**/v1/tasks/*/events', (route) => route.fulfill({ status: 404, json: {} }));
          await page.route('**/v1/tasks/*/progress', (route) => route.fulfill({ json: still }));
          await page.goto(`/tasks/${taskId('ready')}/progress`);
          await shot(page, 'paused');
          await page.goto(`/tasks/${taskId('completed')}/result`);
          await shot(page, 'result');
          await page.goto('/algorithms');
          await shot(page, 'algorithms');
        });
        test('wizard', async ({ page }) => {
          const next = () => page.getByRole('button', { name: zh ? '下一步' : 'Next' }).click();
          await page.goto('/tasks/new');
          await page.getByLabel(zh ? '任务名称' : 'Title').fill('补贴复核');
          await choose(page, zh ? '本机构的数据集' : 'Our dataset', 'rsj.social-insurance');
          await choose(page, zh ? '对方的数据集' : 'Their dataset', '门诊就诊记录');
          await next();
          await choose(page, zh ? '第 1 个键：本机构的列' : 'Key 1: our column', 'id_number');
          await shot(page, 'wizard-keys');
          await next();
          await page.getByRole('radio', { name: zh ? /^双方都得到/ : /^Both sides/ }).check();
          await choose(page, zh ? '依据的授权' : 'Under which grant', 'subsidy-review');
          await choose(page, zh ? '对方使用接收方数据的授权' : "Grant on the receiver's data", 'subsidy-review');
          await shot(page, 'wizard-result');
          await next();
          await shot(page, 'wizard-protocol-both');
          await page.goBack();
          await page.getByRole('radio', { name: zh ? /^只给接收方/ : /^The receiver alone/ }).check();
          await next();
          await shot(page, 'wizard-protocol');
          await next();
          await shot(page, 'wizard-summary');
        });
      });
    });
  }
}
