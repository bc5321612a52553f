import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { beforeAll, expect, test } from 'vitest';
import type { S } from '@/api/types';
import en from '@/i18n/en';
import zh from '@/i18n/zh-CN';
import { KeyFigures } from './KeyProfile';
import { outcomeOf, warningOf } from './keyOutcome';

const profile: S['KeyProfile'] = { rows: 80_000, nulls: 412, irregular: 2_204, distinct: 77_695, duplicates: 1_893 };
const clean: S['KeyProfile'] = { rows: 10, nulls: 1, irregular: 0, distinct: 9, duplicates: 0 };

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', defaultNS: 'common', resources: { en: en as never, 'zh-CN': zh as never }, interpolation: { escapeValue: false } }));

const text = (p: S['KeyProfile'], choice?: S['DuplicateRule']) => renderToStaticMarkup(<KeyFigures profile={p} choice={choice} />).replace(/<[^>]*>/g, ' ');

test('each choice says how many rows take part and how many are left out', () => {
  expect(outcomeOf(profile, 'first')).toEqual({ runs: true, taking: 77_695, left: 1_893 });
  expect(outcomeOf(profile, 'join')).toEqual({ runs: true, taking: 79_588, left: 0 });
  expect(outcomeOf(profile, 'reject')).toEqual({ runs: false, taking: 0, left: 79_588 });
  expect(outcomeOf(clean, 'reject')).toEqual({ runs: true, taking: 9, left: 0 });
});

test('only a choice that stops the task, or a key that no row has, is warned of', () => {
  expect(warningOf(profile, 'reject')).toBe('refused');
  expect(warningOf(profile, 'first')).toBeUndefined();
  expect(warningOf(profile, undefined)).toBeUndefined();
  expect(warningOf(clean, 'reject')).toBeUndefined();
  expect(warningOf({ rows: 3, nulls: 3, irregular: 0, distinct: 0, duplicates: 0 }, 'first')).toBe('noKey');
});

test('counts stand with their share and what they mean, in both languages', async () => {
  await i18next.changeLanguage('en');
  const found = text(profile, 'reject');
  for (const words of ['Of 80,000 rows', '412', '0.52%', '77,695 rows take part; 1,893 rows that repeat a key are left out.', 'The task will not run: 1,893 rows repeat a key.', 'With the present choice the task will not run']) {
    expect(found).toContain(words);
  }
  await i18next.changeLanguage('zh-CN');
  expect(text(profile, 'first')).toContain('77,695 行参与，另有 1,893 行因键重复被略去。');
  expect(text(profile, 'first')).not.toContain('按当前的选择，任务不会运行');
});

test('a key without repeats says that the choice does not matter', async () => {
  await i18next.changeLanguage('en');
  const found = text(clean);
  expect(found).toContain('No key repeats; all three choices do the same.');
  expect(found).toContain('All 9 rows take part.');
  expect(found).not.toContain('chosen');
});
