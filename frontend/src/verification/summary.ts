import { CHECK_IDS, type Check, type CheckId, type CheckStatus, type Report } from '@/verify';

/** All checks of one kind: how many hold, and those that do not. */
export type Line = { id: CheckId; status: CheckStatus; held: number; failed: Check[]; skipped: Check[] };

/** One line per kind of check, in the order in which they are made. A kind fails when one of its checks does. */
export function linesOf(report: Report): Line[] {
  return CHECK_IDS.flatMap((id) => {
    const mine = report.checks.filter((c) => c.id === id);
    if (mine.length === 0) return [];
    const failed = mine.filter((c) => c.status === 'failed');
    const skipped = mine.filter((c) => c.status === 'not_checked');
    const held = mine.length - failed.length - skipped.length;
    const status: CheckStatus = failed.length > 0 ? 'failed' : held > 0 ? 'ok' : 'not_checked';
    return [{ id, status, held, failed, skipped }];
  });
}

/** Checks that were not made because an earlier one failed. */
export function isUnreached(line: Line): boolean {
  return line.status === 'not_checked' && line.skipped.every((c) => c.code === 'not_reached');
}

/** What the report says of one transaction: `undefined` when it is not in the bundle. */
export function transactionStatus(report: Report, transaction: string): CheckStatus | undefined {
  const mine = report.checks.filter((c) => c.subject === `tx:${transaction}`);
  if (mine.length === 0) return undefined;
  if (mine.some((c) => c.status === 'failed')) return 'failed';
  return mine.some((c) => c.status === 'ok') ? 'ok' : 'not_checked';
}
