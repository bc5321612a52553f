import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { beforeAll, expect, test } from 'vitest';
import type { S } from '@/api/types';
import en from '@/i18n/en';
import zh from '@/i18n/zh-CN';
import { Standstill } from './Standstill';

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', defaultNS: 'common', resources: { en: en as never, 'zh-CN': zh as never }, interpolation: { escapeValue: false } }));

const rsj = { id: 'rsj', name: '人社局' };
const bank = { id: 'bank', name: '银行' };
const interruption: S['RunInterruption'] = { code: 'peer_lost', title: 'The connection was lost', paused_by: [], until: '2026-11-21T10:15:00Z', can_resume: true };
const stall: S['RunStall'] = {
  since: '2026-11-21T10:00:00Z',
  sides: [
    { organisation: bank, stage: 'exchanging', does: 'waits' },
    { organisation: rsj, stage: 'exchanging', does: 'silent' },
  ],
};

function text(p: Parameters<typeof Standstill>[0]['progress']) {
  return renderToStaticMarkup(<Standstill progress={p} />).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

test('a run that moves says nothing', () => {
  expect(text({ interruption: null, stall: null })).toBe('');
});

test('a run that was cut off says by what, and one that was paused by whom, in both languages', async () => {
  await i18next.changeLanguage('en');
  expect(text({ interruption, stall: null })).toContain('Cut off; it will go on by itself');
  expect(text({ interruption, stall: null })).toContain('peer_lost');
  const paused = { ...interruption, code: 'run_paused_by_peer', paused_by: [rsj] };
  expect(text({ interruption: paused, stall: null })).toMatch(/Paused by.*rsj/);
  await i18next.changeLanguage('zh-CN');
  expect(text({ interruption: paused, stall: null })).toMatch(/暂停方.*rsj/);
  expect(text({ interruption, stall: null })).toContain('运行中断，将自动继续');
});

test('a stall says which side waits and which is silent', async () => {
  await i18next.changeLanguage('en');
  const found = text({ interruption: null, stall });
  expect(found).toMatch(/bank.*waits for the other side or the link · Exchanging ciphertext/);
  expect(found).toMatch(/rsj.*gives no sign of life/);
  await i18next.changeLanguage('zh-CN');
  expect(text({ interruption: null, stall })).toMatch(/等待对方或网络.*没有任何回应/);
});
