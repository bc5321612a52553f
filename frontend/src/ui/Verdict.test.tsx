import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { beforeAll, expect, test } from 'vitest';
import type { S } from '@/api/types';
import en from '@/i18n/en';
import { Verdict } from './Verdict';

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', defaultNS: 'common', resources: { en: en as never }, interpolation: { escapeValue: false } }));

const line = (part: Partial<S['VerdictLine']>): S['VerdictLine'] => ({
  allowed: true, code: 'allowed', organisation: 'hospital', dataset: 'hospital.visits', column: null, wanted: null, explanation: '', remedy: null, ...part,
});
const text = (verdict: S['PolicyVerdict']) => renderToStaticMarkup(<Verdict verdict={verdict} />);

test('an allowing verdict says so and at which height', () => {
  const html = text({ allowed: true, height: 2417, lines: [line({ explanation: 'Grant g covers it.' })] });
  expect(html).toContain('The rules allow it: every line passes');
  expect(html).toContain('block 2417');
  expect(html).toContain('Grant g covers it.');
  expect(html).not.toContain('What to do:');
});

test('a refusing verdict counts the lines that do not pass and names code and remedy of each', () => {
  const html = text({
    allowed: false, height: 1,
    lines: [line({}), line({ allowed: false, code: 'grant_expired', column: 'visit_date', wanted: 'PLAINTEXT_AS_JOIN_PAYLOAD', explanation: 'It ended.', remedy: 'Apply again.' })],
  });
  expect(html).toContain('1 line does not pass');
  expect(html).toContain('<code>grant_expired</code>');
  expect(html).toContain('hospital.visits · visit_date');
  expect(html).toContain('Returned for matched rows');
  expect(html).toContain('Apply again.');
});

test('what a rule explains is text, never markup', () => {
  const html = text({ allowed: false, height: 1, lines: [line({ allowed: false, explanation: '<img src=x onerror=alert(1)>' })] });
  expect(html).not.toContain('<img');
});
