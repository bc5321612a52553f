import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { taskEvidenceQuery } from '@/api/evidence';
import { taskQuery } from '@/api/tasks';
import { Async } from '@/ui/Async';
import { Digest } from '@/ui/Digest';
import { PageHeader } from '@/ui/PageHeader';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { TaskEvidence } from '@/verification/TaskEvidence';

/** A task's chain of evidence for an auditor: walk it, verify it here, take it away. */
export function TaskChainPage() {
  const { t } = useTranslation();
  const { task } = useParams({ from: '/shell/audit/tasks/$task' });
  const detail = useQuery(taskQuery(task));
  const timeline = useQuery(taskEvidenceQuery(task));
  return (
    <>
      <PageHeader
        title={detail.data ? t('audit:chain.title', { title: detail.data.title }) : t('audit:chain.plain')}
        purpose={<Digest value={task} full />}
        tags={detail.data ? <TaskStateTag state={detail.data.state} /> : undefined}
        actions={
          <Link to="/tasks/$task" params={{ task }}>
            {t('audit:chain.open')}
          </Link>
        }
      />
      <Async query={timeline}>{(e) => <TaskEvidence task={task} timeline={e} />}</Async>
    </>
  );
}
