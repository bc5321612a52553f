import { describe, expect, test } from 'vitest';
import { bytes, count, duration, isDigest, lineSpeed, localTime, percent, relative, roundTrip, shortDigest, utcTime } from './format';

describe('numbers', () => {
  test('counts are grouped', () => {
    expect(count(1234567, 'zh-CN')).toBe('1,234,567');
    expect(count(0, 'en')).toBe('0');
  });
  test('shares keep two digits', () => expect(percent(0.01234, 'en')).toBe('1.23%'));
  test('sizes have a unit that fits', () => {
    expect(bytes(0, 'en')).toBe('0 B');
    expect(bytes(1023, 'en')).toBe('1,023 B');
    expect(bytes(1536, 'en')).toBe('1.5 KiB');
    expect(bytes(7_340_032, 'zh-CN')).toBe('7 MiB');
    expect(bytes(3 * 1024 ** 5, 'en')).toBe('3,072 TiB');
  });
  test('durations read as a person says them', () => {
    expect(duration(850)).toBe('850 ms');
    expect(duration(4200)).toBe('4.2 s');
    expect(duration(59_400)).toBe('59 s');
    expect(duration(200_000)).toBe('3 min 20 s');
    expect(duration(7_500_000)).toBe('2 h 5 min');
  });
});

describe('times', () => {
  const t = '2026-11-21T17:03:09.120Z';
  test('are in the zone asked for', () => {
    expect(localTime(t, 'Asia/Shanghai')).toBe('2026-11-22 01:03:09');
    expect(localTime(t, 'UTC')).toBe('2026-11-21 17:03:09');
  });
  test('keep the ledger’s UTC', () => expect(utcTime(Date.parse(t))).toBe(t));
  test('nonsense stays visible instead of becoming a wrong date', () => expect(localTime('soon')).toBe('soon'));
  test('are told relative to now', () => {
    const now = Date.parse(t);
    expect(relative(now - 3 * 60_000, now, 'en')).toBe('3 minutes ago');
    expect(relative(now - 3 * 60_000, now, 'zh-CN')).toBe('3分钟前');
    expect(relative(now + 2 * 86_400_000, now, 'en')).toBe('in 2 days');
    expect(relative(now - 20_000, now, 'en')).toBe('20 seconds ago');
  });
});

describe('digests', () => {
  const d = 'a1b2c3d4'.repeat(8);
  test('are shortened in the middle', () => expect(shortDigest(d)).toBe('a1b2c3…c3d4'));
  test('short ids stay whole', () => expect(shortDigest('grant-20ab90')).toBe('grant-20ab90'));
  test('are told from other text', () => {
    expect(isDigest(d)).toBe(true);
    for (const bad of [d.slice(1), `${d}0`, d.toUpperCase(), 'g'.repeat(64)]) expect(isDigest(bad)).toBe(false);
  });
});

test('speeds and round trips are in the units of lines', () => {
  expect(lineSpeed(12_500_000, 'en')).toBe('100 Mbit/s');
  expect(lineSpeed(1_000, 'en')).toBe('8 kbit/s');
  expect(lineSpeed(300_000_000, 'en')).toBe('2.4 Gbit/s');
  expect(roundTrip(350, 'en')).toBe('0.35 ms');
  expect(roundTrip(20_000, 'en')).toBe('20 ms');
});
