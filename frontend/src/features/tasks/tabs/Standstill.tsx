import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { OrgTag } from '@/ui/OrgTag';
import { Time } from '@/ui/Time';

/** Why nothing moves: paused by whom, cut off by what and until when it is kept, or who waits for what. */
export function Standstill({ progress }: { progress: Pick<S['TaskProgress'], 'interruption' | 'stall'> }) {
  const { t } = useTranslation();
  const { interruption, stall } = progress;
  return (
    <>
      {interruption ? (
        <Alert
          type="warning"
          showIcon
          className="gap-below"
          title={
            interruption.paused_by.length > 0 ? (
              <span className="task-parties">
                {t('tasks:progress.pausedBy')}
                {interruption.paused_by.map((org) => (
                  <OrgTag key={org.id} org={org.id} small />
                ))}
              </span>
            ) : (
              t('tasks:progress.interrupted')
            )
          }
          description={
            <>
              <p className="flush-p">
                {t('tasks:progress.why')} {interruption.title} <code>{interruption.code}</code>
              </p>
              <p className="flush-p">
                {t('tasks:progress.until')} <Time at={interruption.until} /> — {t('tasks:progress.untilHint')}
              </p>
            </>
          }
        />
      ) : null}
      {stall ? (
        <Alert
          type="warning"
          showIcon
          className="gap-below"
          title={
            <>
              {t('tasks:progress.stalled')} <Time at={stall.since} ago />
            </>
          }
          description={
            <ul className="plain-list">
              {stall.sides.map((side) => (
                <li key={side.organisation.id}>
                  <OrgTag org={side.organisation.id} small /> {t(`tasks:progress.does.${side.does}`)} · {t(`tasks:stage.${side.stage}`)}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
    </>
  );
}
