import { expect, test } from 'vitest';
import { limitOf, only, parseSearch, stringifySearch } from './search';

test('an address says what was chosen, in plain words', () => {
  expect(stringifySearch({ q: '门诊', state: 'active', cursor: undefined, kind: '' })).toBe('?q=%E9%97%A8%E8%AF%8A&state=active');
  expect(stringifySearch({})).toBe('');
});

test('an address survives the way there and back', () => {
  const search = { q: 'a&b=c', from: '2026-01-01T00:00:00.000Z', n: '007' };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

test('a route keeps its own keys only, and only text', () => {
  expect(only('q', 'state')({ q: 'x', state: '', other: 'y', limit: 5 })).toEqual({ q: 'x' });
});

test('page lengths are those on offer', () => {
  expect([undefined, '50', '100', '7', '1000'].map((limit) => limitOf({ limit }))).toEqual([20, 50, 100, 20, 20]);
});
