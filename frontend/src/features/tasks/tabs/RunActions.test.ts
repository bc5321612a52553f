import { expect, test } from 'vitest';
import type { S } from '@/api/types';
import { runVerb } from './RunActions';

const interruption: S['RunInterruption'] = { code: 'run_paused', title: '已在本节点暂停', paused_by: [{ id: 'rsj', name: '人社局' }], until: '2026-11-21T10:15:00Z', can_resume: false };

test('a run that goes on can be paused, one that was cut off resumed, any other neither', () => {
  expect(runVerb({ run: 'running', interruption: null })).toBe('pause');
  expect(runVerb({ run: 'interrupted', interruption })).toBe('resume');
  for (const run of ['waiting', 'finished', 'failed', 'cancelled'] as const) expect(runVerb({ run, interruption: null })).toBeUndefined();
});
