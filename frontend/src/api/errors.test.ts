import { expect, test } from 'vitest';
import { ApiError, asProblem, problemOf } from './errors';

test('a problem document keeps its parts and what else it carries', () => {
  const p = problemOf(422, {
    type: '/v1/error_codes#x', status: 422, code: 'column_not_permitted', title: 't', detail: 'd', remedy: 'r', trace_id: 'abc',
    errors: [{ pointer: '/request/title', message: 'too long' }], contact: { name: 'n' },
  });
  expect(p).toEqual({
    status: 422, code: 'column_not_permitted', title: 't', detail: 'd', remedy: 'r', trace_id: 'abc',
    errors: [{ pointer: '/request/title', message: 'too long' }], extra: { contact: { name: 'n' } },
  });
});

test('an answer that is no problem document still says its status', () => {
  for (const body of [null, 'Bad gateway', [], { code: 5 }]) expect(problemOf(502, body)).toMatchObject({ status: 502, code: 'http.502' });
});

test('no answer at all is told from a refusal', () => {
  expect(asProblem(new TypeError('Failed to fetch')).code).toBe('console.unreachable');
  expect(asProblem(new ApiError(problemOf(409, { code: 'stale' }))).code).toBe('stale');
  expect(asProblem(new Error('x is undefined'))).toMatchObject({ code: 'console.defect', detail: 'x is undefined' });
});
