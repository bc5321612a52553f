import { Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { logQuery } from '@/api/tasks';
import type { S } from '@/api/types';
import { localTime } from '@/lib/format';
import { Async } from '@/ui/Async';
import { EmptyState } from '@/ui/EmptyState';
import { Section } from '@/ui/Section';

/** The task's log on this node; it holds no value of the data. */
export function LogTab({ task }: { task: S['TaskDetail'] }) {
  const { t, i18n } = useTranslation();
  const [troubles, setTroubles] = useState(false);
  const log = useQuery({ ...logQuery(task.id), refetchInterval: task.state === 'ready' ? 2_000 : false });
  return (
    <Section
      title={t('tasks:log.title')}
      hint={t('tasks:log.hint')}
      extra={
        <label className="switch-label">
          <Switch size="small" checked={troubles} onChange={setTroubles} /> {t('tasks:log.troubles')}
        </label>
      }
    >
      <Async query={log}>
        {({ items }) => {
          const shown = troubles ? items.filter((l) => l.level !== 'info') : items;
          if (shown.length === 0) return <EmptyState title={t('tasks:log.none')} hint={t('tasks:log.noneHint')} />;
          return (
            <ol className="log" tabIndex={0} aria-label={t('tasks:log.title')}>
              {shown.map((l, i) => (
                <li key={`${l.at}-${i}`} className={l.level}>
                  <time dateTime={l.at}>{localTime(l.at)}</time>
                  <span>{l.level}</span>
                  <span>{i18n.exists(`tasks:stage.${l.stage}`) ? t(`tasks:stage.${l.stage}`) : l.stage}</span>
                  <span>{l.message}</span>
                </li>
              ))}
            </ol>
          );
        }}
      </Async>
    </Section>
  );
}
