import { describe, expect, it } from 'vitest';
import { EMPTY, fault, ordered } from './limits';

describe('usage limits', () => {
  it('an entry must limit something, once per partner, and not ask for more keys than it permits', () => {
    expect(fault(EMPTY, [])).toBe('nothing');
    expect(fault({ ...EMPTY, runs_max: 0 }, [])).toBeUndefined();
    expect(fault({ ...EMPTY, runs_max: 4 }, [''])).toBe('repeated');
    expect(fault({ ...EMPTY, partner: 'bank', runs_max: 4 }, [''])).toBeUndefined();
    expect(fault({ ...EMPTY, partner: 'bank', runs_max: 4 }, ['bank'])).toBe('repeated');
    expect(fault({ ...EMPTY, run_keys_min: 11, run_keys_max: 10 }, [])).toBe('order');
    expect(fault({ ...EMPTY, run_keys_min: 10, run_keys_max: 10 }, [])).toBeUndefined();
  });

  it('the entry for all comes first, then partners by name', () => {
    const list = ['rsj', null, 'bank'].map((partner) => ({ ...EMPTY, partner }));
    expect(ordered(list).map((l) => l.partner)).toEqual([null, 'bank', 'rsj']);
  });
});
