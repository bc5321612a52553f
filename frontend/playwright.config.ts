import { defineConfig } from '@playwright/test';

const port = Number(process.env['E2E_PORT'] ?? 4174);

/** Flags that keep Debian's Chromium quiet and offline; a browser is never downloaded. */
export const chromium = {
  browserName: 'chromium' as const,
  viewport: { width: 1366, height: 768 },
  launchOptions: {
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  },
};

export default defineConfig({
  testDir: './e2e',
  testMatch: process.env['SHOTS'] ? ['shots.ts', 'looks.ts'] : '*.spec.ts',
  workers: 1,
  fullyParallel: false,
  // A browser that the machine ended is no finding; a test that passes at the second try is reported as flaky.
  retries: process.env['CI'] ? 2 : 1,
  // A wizard takes half a minute on a machine with two busy cores. What hangs is named sooner, by its own line.
  timeout: 150_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: './test-results',
  use: {
    ...chromium,
    baseURL: `http://127.0.0.1:${port}`,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'off',
    actionTimeout: 60_000,
    // As for people who ask for it: nothing is clicked, or judged by axe, while it still moves.
    contextOptions: { reducedMotion: 'reduce' },
  },
  // What is tested is what is built: the same files that the server embeds.
  webServer: { command: `npx vite preview --host 127.0.0.1 --port ${port} --strictPort`, url: `http://127.0.0.1:${port}`, reuseExistingServer: !process.env['CI'], timeout: 60_000 },
});
