import { expect, test } from 'vitest';
import type { S } from '@/api/types';
import { laneOf, percentOf, SILENT_MS } from './lane';

const now = Date.parse('2026-11-21T10:00:00Z');
const base: S['PartyProgress'] = {
  organisation: { id: 'rsj', name: '人社局' }, stage: 'exchanging', stage_index: 4, stages: 6, done: 50, total: 100, rows: 100, sent_bytes: 1, received_bytes: 1,
  memory_bytes: null, heartbeat_at: '2026-11-21T09:59:59Z', eta_ms: null, error: null,
};

test('the bar counts finished stages and the part of this one', () => {
  expect(percentOf(base)).toBeCloseTo(58.33, 1);
  expect(percentOf({ ...base, done: 900 })).toBeCloseTo(66.67, 1);
  expect(percentOf({ ...base, total: null })).toBe(50);
  expect(percentOf({ ...base, stage: 'done' })).toBe(100);
  expect(percentOf({ ...base, stage_index: 0 })).toBe(0);
});

test('a lane without a heartbeat is shown as silent, not as running', () => {
  expect(laneOf(base, 'running', now)).toMatchObject({ tone: 'running', state: 'running', at: 5 });
  expect(laneOf(base, 'running', now + SILENT_MS + 1000)).toMatchObject({ tone: 'warning', state: 'silent' });
});

test('a failed lane stays failed, a finished one good, a stopped one neutral', () => {
  expect(laneOf({ ...base, error: 'peer_lost' }, 'failed', now)).toMatchObject({ tone: 'bad', state: 'failed' });
  expect(laneOf({ ...base, stage: 'done' }, 'finished', now)).toMatchObject({ tone: 'good', at: 10 });
  expect(laneOf({ ...base, stage: 'failed', stage_index: 0 }, 'failed', now)).toMatchObject({ tone: 'bad', percent: undefined });
  expect(laneOf(base, 'cancelled', now)).toMatchObject({ tone: 'neutral' });
});

test('a lane that was cut off is a warning and no failure, though it names a code', () => {
  expect(laneOf({ ...base, stage: 'interrupted', stage_index: 0, error: 'peer_lost' }, 'interrupted', now)).toMatchObject({ tone: 'warning', state: 'interrupted', percent: undefined });
});
