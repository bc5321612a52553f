import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { proposeTask } from '@/api/tasks';
import { SignPanel } from '@/signing/SignPanel';
import { OrgTag } from '@/ui/OrgTag';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { FunctionList } from '@/ui/PsiOutput';
import { receiverOf, requestOf, type TaskDraft } from './draft';

type Props = { value: TaskDraft; me: string; them: string; onDone: (task: string) => void };

/** Who gets what in one look, then exactly what is signed, the verdict, the leakage. */
export function SummaryStep({ value, me, them, onDone }: Props) {
  const { t } = useTranslation();
  const toMe = value.receiver === 'mine';
  const receiver = receiverOf(value, me, them);
  const others = [me, them, ...value.further.map((f) => f.organisation)].filter((o) => o !== receiver);
  const foreign = [...(toMe ? [] : value.minePayload), ...(value.receiver === 'theirs' ? [] : value.theirsPayload), ...value.further.flatMap((f) => f.payload)];
  const list = (c: string[]) => (c.length === 0 ? t('newTask:summary.noColumns') : <code>{c.join(', ')}</code>);
  return (
    <>
      <Section title={t('newTask:summary.who')}>
        <Properties
          columns={1}
          items={[
            { label: t('newTask:summary.receiver'), value: <OrgTag org={receiver} small /> },
            { label: t('newTask:output.title'), value: value.both ? `${t('newTask:output.inner.name')} · ${t('newTask:summary.bothSides')}` : t(`newTask:output.${value.output}.name`) },
            {
              label: t('newTask:summary.gets'),
              hidden: value.output === 'cardinality',
              value: value.output === 'aggregates' ? <FunctionList functions={value.functions} /> : list(foreign),
            },
            { label: t('newTask:summary.other'), value: others.map((o) => <OrgTag key={o} org={o} small />) },
            { label: t('newTask:summary.otherGets'), value: value.both ? <OtherGets columns={toMe ? value.minePayload : value.theirsPayload} /> : t('newTask:summary.sizesOnly') },
            { label: t('newTask:summary.algorithm'), value: value.algorithm ? <code>{`${value.algorithm.id}/${value.algorithm.version}`}</code> : t('newTask:summary.recommendedAlgorithm') },
            { label: t('newTask:summary.minMatches'), value: value.minMatches > 0 ? value.minMatches : t('newTask:summary.noMinimum') },
          ]}
        />
      </Section>
      <SignPanel
        action={{ operation: 'task_create', request: requestOf(value, me, them) }}
        verb={t('newTask:summary.sign')}
        submit={proposeTask}
        onDone={(r) => onDone(r.task.id)}
      >
        <Alert type="info" showIcon className="gap-below" title={t('newTask:summary.next')} />
      </SignPanel>
    </>
  );
}

/** What the side that is not the receiver learns of a result to both. */
function OtherGets({ columns }: { columns: string[] }) {
  const { t } = useTranslation();
  if (columns.length === 0) return t('newTask:summary.otherGetsRowsOnly');
  return (
    <span>
      {t('newTask:summary.otherGetsRows')} <code>{columns.join(', ')}</code>
    </span>
  );
}
