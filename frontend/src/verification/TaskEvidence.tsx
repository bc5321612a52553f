import { DownloadOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { bundleText } from '@/api/evidence';
import { save } from '@/api/lists';
import type { S } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { EvidenceTimeline } from '@/ui/EvidenceTimeline';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { ReportView } from './ReportView';
import { keptGenesis, runVerifier } from './run';
import { transactionStatus } from './summary';
import type { Report } from '@/verify';

/** A task's chain of evidence, verified in this browser on request. */
export function TaskEvidence({ task, timeline }: { task: string; timeline: S['EvidenceTimeline'] }) {
  const { t } = useTranslation();
  const verify = useMutation({
    mutationFn: async () => {
      const document = await bundleText(task);
      return { document, ...(await runVerifier({ document, trustedGenesis: keptGenesis() || undefined })) };
    },
  });
  const download = useMutation({
    mutationFn: async () => {
      // What was verified is what is saved, byte for byte.
      const document = verify.data?.document ?? (await bundleText(task));
      await save(new Response(document, { headers: { 'Content-Type': 'application/json' } }), `evidence-${task.slice(0, 12)}.json`);
    },
  });
  return (
    <>
      <Section
        title={t('verify:chain')}
        hint={t('verify:chainHint')}
        extra={
          <Space>
            <Button icon={<DownloadOutlined />} loading={download.isPending} onClick={() => download.mutate()}>
              {t('verify:download')}
            </Button>
            <Button type="primary" icon={<SafetyCertificateOutlined />} loading={verify.isPending} onClick={() => verify.mutate()}>
              {t('verify:here')}
            </Button>
          </Space>
        }
      >
        {verify.error ? <ErrorPanel error={verify.error} /> : null}
        {download.error ? <ErrorPanel error={download.error} /> : null}
        {timeline.items.length === 0 ? (
          <EmptyState title={t('verify:noEvidence')} />
        ) : (
          <EvidenceTimeline
            steps={timeline.items.map((e) => ({
              id: e.transaction,
              title: t(`common:action.${e.action}`),
              tone: !e.accepted || e.action === 'task_fail' || e.action === 'task_refuse' || e.action === 'task_reject' ? 'bad' : e.action === 'task_attest' ? 'good' : 'neutral',
              at: e.time,
              height: e.height,
              transaction: e.transaction,
              org: e.organisation.id,
              signer: e.actor,
              note: (
                <>
                  {e.sentence} {e.code ? <code>{e.code}</code> : null}
                </>
              ),
              action: verify.data ? <StepStatus report={verify.data.report} transaction={e.transaction} /> : null,
            }))}
          />
        )}
      </Section>
      <div className="cols">
        <Section title={t('verify:proves')}>
          <ul className="plain-list">
            {timeline.proved.map((x) => (
              <li key={x}>{x}</li>
            ))}
          </ul>
        </Section>
        <Section title={t('verify:provesNot')}>
          <ul className="plain-list">
            {timeline.not_proved.map((x) => (
              <li key={x}>{x}</li>
            ))}
          </ul>
        </Section>
      </div>
      {verify.data ? <ReportView report={verify.data.report} ms={verify.data.ms} /> : null}
    </>
  );
}

function StepStatus({ report, transaction }: { report: Report; transaction: string }) {
  const { t } = useTranslation();
  const status = transactionStatus(report, transaction);
  if (status === undefined) return <span>{t('verify:step.outside')}</span>;
  return <StatusTag tone={status === 'ok' ? 'good' : status === 'failed' ? 'bad' : 'neutral'} label={t(`verify:step.${status}`)} />;
}
