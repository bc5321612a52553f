/** Words for numbers, sizes, times and digests. Pure; the language is a parameter. */

export type Lang = 'zh-CN' | 'en';

/** 12,345 in the person's language. */
export function count(n: number, lang: Lang): string {
  return new Intl.NumberFormat(lang).format(n);
}

/** 0.0123 → 1.23 %. */
export function percent(x: number, lang: Lang): string {
  return new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 2 }).format(x);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** 1536 → 1.5 KiB. */
export function bytes(n: number, lang: Lang): string {
  let value = n;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: digits }).format(value)} ${UNITS[unit] ?? 'B'}`;
}

/** Milliseconds as 850 ms, 4.2 s, 3 min 20 s, 2 h 5 min. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min ${Math.round(s % 60)} s`;
  return `${Math.floor(min / 60)} h ${min % 60} min`;
}

type Instant = string | number;

function toDate(t: Instant): Date | null {
  const d = new Date(t);
  return Number.isNaN(d.getTime()) ? null : d;
}

/** 2026-11-21 17:03:09 in the person's zone. */
export function localTime(t: Instant, zone?: string): string {
  const d = toDate(t);
  if (!d) return String(t);
  const parts = new Intl.DateTimeFormat('sv-SE', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone,
  });
  return parts.format(d);
}

/** The ledger's own UTC time, to the millisecond. */
export function utcTime(t: Instant): string {
  return toDate(t)?.toISOString() ?? String(t);
}

/** 3 minutes ago, in 2 days. */
export function relative(t: Instant, now: number, lang: Lang): string {
  const d = toDate(t);
  if (!d) return String(t);
  const seconds = (d.getTime() - now) / 1000;
  const fmt = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60],
  ];
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return fmt.format(Math.trunc(seconds / size), unit);
  }
  return fmt.format(Math.trunc(seconds), 'second');
}

/** a1b2c3…f9e8 for a digest or any long id; short values stay whole. */
export function shortDigest(value: string): string {
  return value.length <= 14 ? value : `${value.slice(0, 6)}…${value.slice(-4)}`;
}

/** A digest, transaction or task id as the ledger prints it. */
export function isDigest(value: string): boolean {
  return /^[0-9a-f]{64}$/.test(value);
}

/** 12,500,000 B/s → 100 Mbit/s: what people know of their line. */
export function lineSpeed(bytesPerSecond: number, lang: Lang): string {
  const bits = bytesPerSecond * 8;
  const [value, unit] = bits >= 1e9 ? [bits / 1e9, 'Gbit/s'] : bits >= 1e6 ? [bits / 1e6, 'Mbit/s'] : [bits / 1e3, 'kbit/s'];
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

/** 350 → 0.35 ms. */
export function roundTrip(micros: number, lang: Lang): string {
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: micros < 10_000 ? 2 : 0 }).format(micros / 1_000)} ms`;
}
