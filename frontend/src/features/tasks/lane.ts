import type { S } from '@/api/types';
import type { Tone } from '@/ui/StatusTag';

/** Stages of a run as the nodes name them, in order. */
export const STAGES = ['waiting', 'checking', 'reading', 'prepared', 'agreeing', 'exchanging', 'matching', 'confirming', 'writing', 'attesting'] as const;

export type LaneView = { tone: Tone; state: string; percent: number | undefined; at: number };

/** A lane without a sign of life for this long is shown as silent. */
export const SILENT_MS = 15_000;

/** Percent of the whole run: finished stages plus the part of the present one. */
export function percentOf(p: Pick<S['PartyProgress'], 'stage' | 'stage_index' | 'stages' | 'done' | 'total'>): number | undefined {
  if (p.stage === 'done') return 100;
  // A lane that failed or was cut off no longer says how far it was.
  if (p.stage === 'failed' || p.stage === 'interrupted') return undefined;
  if (p.stages === 0 || p.stage_index === 0) return 0;
  const part = p.total && p.total > 0 ? Math.min(1, p.done / p.total) : 0;
  return Math.min(100, (100 * (p.stage_index - 1 + part)) / p.stages);
}

/** How a party's lane looks: its tone, the word for its state, its share. */
export function laneOf(p: S['PartyProgress'], run: S['RunState'], now: number): LaneView {
  const percent = percentOf(p);
  const at = p.stage === 'done' ? STAGES.length : Math.max(0, (STAGES as readonly string[]).indexOf(p.stage));
  // Cut off is not failed: the code says by what, and it may go on.
  if (p.stage === 'interrupted') return { tone: 'warning', state: 'interrupted', percent, at };
  if (p.error || p.stage === 'failed') return { tone: 'bad', state: 'failed', percent, at };
  if (p.stage === 'done') return { tone: 'good', state: 'done', percent, at };
  if (run === 'cancelled') return { tone: 'neutral', state: 'cancelled', percent, at };
  if (p.stage === 'waiting' || p.stage_index === 0) return { tone: 'waiting', state: 'waiting', percent, at };
  const silent = p.heartbeat_at !== null && now - Date.parse(p.heartbeat_at) > SILENT_MS;
  return silent ? { tone: 'warning', state: 'silent', percent, at } : { tone: 'running', state: 'running', percent, at };
}
