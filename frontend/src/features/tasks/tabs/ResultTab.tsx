import { Alert, Button, Space } from 'antd';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { raw } from '@/api/client';
import { save } from '@/api/lists';
import { reportQuery, resultFile } from '@/api/tasks';
import type { S } from '@/api/types';
import { bytes, count, duration, type Lang } from '@/lib/format';
import { Async } from '@/ui/Async';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import { CrossChecks, EvidenceIds, Learned, matchesKept, OwnRunView } from './ReportParts';
import { RunList } from './RunList';

/** The report, and at the receiver the result. */
export function ResultTab({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  const report = useQuery(reportQuery(task.id));
  if (task.state !== 'completed' && task.state !== 'disputed') {
    return (
      <Section>
        <EmptyState title={t('tasks:result.notYet')} hint={t('tasks:result.notYetHint')} />
      </Section>
    );
  }
  return <Async query={report}>{(r) => <Report report={r} />}</Async>;
}

function Report({ report }: { report: S['TaskReport'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const { task, result } = report;
  const download = useMutation({
    mutationFn: async (r: S['TaskResult']) => save(await raw(resultFile(task.id)), r.filename),
  });
  const printed = useMutation({
    mutationFn: async () => save(new Response(JSON.stringify(report, null, 2)), `report-${task.id.slice(0, 12)}.json`),
  });
  return (
    <>
      {result ? (
        <Section
          title={t('tasks:result.title')}
          extra={
            <Button type="primary" loading={download.isPending} onClick={() => download.mutate(result)}>
              {t('tasks:action.download_result')}
            </Button>
          }
        >
          {download.error ? <ErrorPanel error={download.error} /> : null}
          <Properties
            items={[
              { label: t('tasks:result.rows'), value: <strong className="num">{count(result.rows, lang)}</strong> },
              { label: t('tasks:result.size'), value: bytes(result.bytes, lang) },
              { label: t('tasks:overview.format'), value: t(`tasks:format.${result.format}`) },
              { label: t('tasks:result.made'), value: <Time at={result.created_at} /> },
              { label: t('tasks:result.columns'), value: <code>{result.columns.join(', ')}</code>, wide: true },
              { label: t('tasks:result.commitment'), value: <Digest value={result.commitment} full />, wide: true },
            ]}
          />
        </Section>
      ) : (
        <Alert type="info" showIcon className="gap-below" title={t('tasks:result.notHere', { org: task.receiver.name })} description={t('tasks:result.notHereHint')} />
      )}
      <Section
        title={t('tasks:result.report')}
        extra={
          <Space className="no-print">
            <Button onClick={() => window.print()}>{t('tasks:report.print')}</Button>
            <Button onClick={() => printed.mutate()}>{t('tasks:result.saveReport')}</Button>
          </Space>
        }
      >
        <Properties
          items={[
            { label: t('tasks:result.approvalTime'), value: report.approval_ms === null ? null : duration(report.approval_ms) },
            { label: t('tasks:result.runTime'), value: report.run_ms === null ? null : duration(report.run_ms) },
            { label: t('tasks:result.resumptions'), value: report.resumptions },
            { label: t('tasks:result.evidence'), value: t('tasks:result.evidenceCount', { n: report.evidence.length }) },
            { label: t('tasks:result.reportMade'), value: <Time at={report.made_at} /> },
          ]}
        />
      </Section>
      <CrossChecks checks={report.cross_checks} />
      <RunList runs={task.runs} />
      {report.own_run ? <OwnRunView run={report.own_run} kept={matchesKept(report.own_run, task.spec.output, result !== null)} /> : null}
      <Learned task={task} />
      <EvidenceIds evidence={report.evidence} />
    </>
  );
}
