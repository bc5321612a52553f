import { App } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/errors';
import { progressQuery, pauseRun, resumeRun } from '@/api/tasks';
import type { S } from '@/api/types';
import { ActionButton } from '@/ui/ActionButton';
import { useProblemWords } from '@/ui/ErrorPanel';

/** Pause and resume, while there is a run to which they apply. */
export function RunActions({ task, progress }: { task: string; progress: S['TaskProgress'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemWords();
  const { notification } = App.useApp();
  const change = useMutation({
    mutationFn: (verb: 'pause' | 'resume') => (verb === 'pause' ? pauseRun(task) : resumeRun(task)),
    onSuccess: (next) => client.setQueryData(progressQuery(task).queryKey, next),
    onError: (e) => {
      const p = asProblem(e);
      const w = words(p);
      notification.error({ title: w.title, description: `${w.cause ?? ''} ${w.remedy ?? ''} (${p.code})`, duration: 0 });
    },
  });
  const verb = runVerb(progress);
  if (verb === undefined) return null;
  const reason = verb === 'pause' ? (progress.can_pause ? undefined : t('tasks:progress.noPause')) : progress.interruption?.can_resume ? undefined : t('tasks:progress.noResume');
  return (
    <ActionButton size="small" type={verb === 'resume' ? 'primary' : 'default'} disabledReason={reason} loading={change.isPending} onClick={() => change.mutate(verb)}>
      {t(`tasks:progress.${verb}`)}
    </ActionButton>
  );
}

/** What can be asked of a run: to stop for a while, or to go on. */
export function runVerb(progress: Pick<S['TaskProgress'], 'run' | 'interruption'>): 'pause' | 'resume' | undefined {
  if (progress.interruption !== null) return 'resume';
  return progress.run === 'running' ? 'pause' : undefined;
}
