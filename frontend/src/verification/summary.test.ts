import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import en from '@/i18n/en/verify.json';
import zh from '@/i18n/zh-CN/verify.json';
import { CHECK_IDS, UNKNOWNS, verifyBundle, type Report } from '@/verify';
import { linesOf, transactionStatus } from './summary';

const vector = (name: string) => readFileSync(new URL(`../../../tests/vectors/evidence/${name}`, import.meta.url), 'utf8');
const languages = { zh, en } as const;

describe('words of the verifier', () => {
  test('every check has a title and says what it checks', () => {
    for (const words of Object.values(languages)) {
      const missing = CHECK_IDS.map((id) => id.replaceAll('.', '_')).filter((id) => {
        const w = (words.check as Record<string, { title?: string; what?: string }>)[id];
        return !w?.title || !w.what;
      });
      expect(missing).toEqual([]);
    }
  });

  test('everything that cannot be known is said', () => {
    for (const words of Object.values(languages)) expect(UNKNOWNS.filter((u) => !(u in words.unknown))).toEqual([]);
  });

  test('every finding of the shared vectors has words', () => {
    const codes = new Set<string>();
    const collect = (o: unknown): void => {
      if (Array.isArray(o)) {
        if (o.length === 3 && o.every((x) => typeof x === 'string') && CHECK_IDS.includes(o[0] as never)) codes.add(o[2] as string);
        else o.forEach(collect);
      } else if (typeof o === 'object' && o !== null) Object.values(o).forEach(collect);
    };
    for (const f of ['good.json', 'tampered.json', 'forged.json']) collect(JSON.parse(vector(f)));
    expect(codes.size).toBeGreaterThan(20);
    for (const words of Object.values(languages)) expect([...codes].filter((c) => !(c in words.code))).toEqual([]);
  });
});

describe('summary of a report', () => {
  const report: Report = verifyBundle(vector('good/intl-completed.json'));

  test('a good bundle has one line per kind of check and none fails', () => {
    const lines = linesOf(report);
    expect(lines.map((l) => l.id)).toEqual(CHECK_IDS);
    expect(lines.filter((l) => l.status === 'failed')).toEqual([]);
    expect(lines.find((l) => l.id === 'tx.signature')?.held).toBeGreaterThan(3);
  });

  test('a kind of check fails when one of its checks does, however many hold', () => {
    const changed: Report = {
      ...report,
      checks: report.checks.map((c, i) => (c.id === 'tx.signature' && i === report.checks.findIndex((x) => x.id === 'tx.signature') ? { ...c, status: 'failed', code: 'bad_signature' } : c)),
    };
    const line = linesOf(changed).find((l) => l.id === 'tx.signature');
    expect(line?.status).toBe('failed');
    expect(line?.failed).toHaveLength(1);
    expect(line?.held).toBeGreaterThan(0);
  });

  test('a transaction outside the bundle is neither good nor bad', () => {
    const inside = report.checks.find((c) => c.subject.startsWith('tx:'))?.subject.slice(3) ?? '';
    expect(transactionStatus(report, inside)).toBe('ok');
    expect(transactionStatus(report, 'f'.repeat(64))).toBeUndefined();
  });
});
