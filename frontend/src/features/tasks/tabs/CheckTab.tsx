import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { checkConsistency } from '@/api/tasks';
import type { S } from '@/api/types';
import { ActionButton } from '@/ui/ActionButton';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

const ICON = {
  equal: <CheckCircleFilled className="good" />,
  differs: <CloseCircleFilled className="bad" />,
  unavailable: <MinusCircleOutlined className="warn" />,
};

/** Consistency check: digests re-derived from what this node still holds, beside the ledger's. */
export function CheckTab({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  const check = useMutation({ mutationFn: () => checkConsistency(task.id) });
  const may = task.actions.find((a) => a.name === 'consistency_check');
  return (
    <Section
      title={t('tasks:check.title')}
      hint={t('tasks:check.hint')}
      extra={
        <ActionButton type="primary" loading={check.isPending} disabledReason={may && !may.allowed ? (may.reason ?? t('tasks:action.unavailable')) : undefined} onClick={() => check.mutate()}>
          {t('tasks:check.run')}
        </ActionButton>
      }
    >
      {check.error ? <ErrorPanel error={check.error} /> : null}
      {check.data ? <Outcome report={check.data} /> : check.error ? null : <EmptyState title={t('tasks:check.none')} hint={t('tasks:check.noneHint')} />}
    </Section>
  );
}

function Outcome({ report }: { report: S['ConsistencyReport'] }) {
  const { t } = useTranslation();
  return (
    <>
      <Alert
        type={report.consistent ? 'success' : 'error'}
        showIcon
        className="gap-below"
        title={t(report.consistent ? 'tasks:check.consistent' : 'tasks:check.inconsistent')}
        description={<Time at={report.checked_at} />}
      />
      <ul className="verdict">
        {report.items.map((i) => (
          <li key={`${i.name}-${i.expected}`}>
            {ICON[i.outcome]}
            <div>
              <div className="verdict-what">
                <strong>{i.label}</strong>
                <span className="muted">{t(`tasks:check.outcome.${i.outcome}`)}</span>
              </div>
              <div className="why evidence-facts">
                <span>
                  {t('tasks:check.expected')} <Digest value={i.expected} />
                </span>
                {i.actual ? (
                  <span>
                    {t('tasks:check.actual')} <Digest value={i.actual} />
                  </span>
                ) : null}
              </div>
              {i.detail ? <div className={i.outcome === 'differs' ? 'bad' : 'why'}>{i.detail}</div> : null}
            </div>
          </li>
        ))}
      </ul>
      {report.not_checked.length > 0 ? (
        <>
          <h3 className="sub-title">{t('tasks:check.notChecked')}</h3>
          <ul className="plain-list">
            {report.not_checked.map((x) => (
              <li key={x}>{x}</li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}
