import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The desk that `npm run dev` talks to; its certificate is local, its address is a setting.
const desk = process.env['SHUZHENG_DESK'] ?? 'http://127.0.0.1:8080';

// Ant Design writes its styles at run time, so inline styles are allowed; scripts and workers are files of ours alone.
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self'",
  "worker-src 'self' blob:", "manifest-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
    // The content security policy has no data: scripts; small images stay files as well.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': { target: desk, changeOrigin: false } } },
  // The policy of backend/server/src/security.rs: what it forbids shows in the browser tests.
  preview: {
    headers: { 'Content-Security-Policy': policy },
    proxy: { '/v1': { target: desk, changeOrigin: false } },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
  },
});
