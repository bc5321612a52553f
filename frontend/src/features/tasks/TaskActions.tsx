import { DownOutlined } from '@ant-design/icons';
import { App, Button, Dropdown, Modal } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { raw } from '@/api/client';
import { save } from '@/api/lists';
import type { Action } from '@/api/previews';
import { cancelTask, forceRun, resultFile, runAgain } from '@/api/tasks';
import type { S } from '@/api/types';
import { ReasonModal } from '@/signing/ReasonModal';
import { SignModal } from '@/signing/SignModal';
import { PassphraseForm } from '@/signing/SignPanel';
import { ActionButton } from '@/ui/ActionButton';
import { useProblemWords } from '@/ui/ErrorPanel';
import { asProblem } from '@/api/errors';
import { OrgTag } from '@/ui/OrgTag';

type Name = S['TaskActionName'];

/** What I may do now with this task; what I may not do says why. */
export function TaskActions({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message, modal, notification } = App.useApp();
  const words = useProblemWords();
  const [asking, setAsking] = useState(false);
  const [cancelling, setCancelling] = useState<Action | null>(null);
  const [rerunning, setRerunning] = useState(false);
  const reload = () => void client.invalidateQueries({ queryKey: ['tasks'] });
  const failed = (e: unknown) => {
    const p = asProblem(e);
    const w = words(p);
    notification.error({ title: w.title, description: `${w.cause ?? ''} ${w.remedy ?? ''} (${p.code})`, duration: 0 });
  };

  const download = useMutation({
    mutationFn: async () => {
      const response = await raw(resultFile(task.id));
      const named = /filename="?([^";]+)"?/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
      await save(response, named ?? `result-${task.id.slice(0, 8)}.${task.spec.format}`);
    },
    onError: failed,
  });
  const drill = useMutation({
    mutationFn: () => forceRun(task.id),
    onSuccess: (r) => {
      reload();
      if (r.refusal) {
        notification.info({
          duration: 0,
          title: t('tasks:force.refused'),
          description: (
            <>
              <OrgTag org={r.refusal.by} small /> {r.refusal.explanation} <code>{r.refusal.code}</code>
            </>
          ),
        });
      }
    },
    onError: failed,
  });

  const find = (name: Name) => task.actions.find((a) => a.name === name);
  const why = (name: Name) => {
    const a = find(name);
    return !a ? t('tasks:action.unavailable') : a.allowed ? undefined : (a.reason ?? t('tasks:action.unavailable'));
  };
  const run: Record<Name, () => void> = {
    approve: () => void navigate({ to: '/approvals/tasks/$task', params: { task: task.id } }),
    cancel: () => setAsking(true),
    run_again: () => setRerunning(true),
    force_run: () =>
      void modal.confirm({ title: t('tasks:force.title'), content: t('tasks:force.hint'), okText: t('tasks:action.force_run'), cancelText: t('common:cancel'), onOk: () => drill.mutate() }),
    download_result: () => download.mutate(),
    consistency_check: () => void navigate({ to: '/tasks/$task/$tab', params: { task: task.id, tab: 'check' } }),
    clone: () => void navigate({ to: '/tasks/new', search: { from: task.id } }),
  };
  const lead = leading(task);
  const rest = (['approve', 'download_result', 'run_again', 'consistency_check', 'clone', 'cancel', 'force_run'] as const).filter((n) => n !== lead && find(n));

  return (
    <>
      {lead ? (
        <ActionButton type="primary" disabledReason={why(lead)} loading={lead === 'download_result' && download.isPending} onClick={run[lead]}>
          {t(`tasks:action.${lead}`)}
        </ActionButton>
      ) : null}
      {rest.length > 0 ? (
        <Dropdown
          trigger={['click']}
          menu={{
            items: rest.map((n) => {
              const reason = why(n);
              return {
                key: n,
                disabled: reason !== undefined,
                danger: n === 'cancel' && reason === undefined,
                label: (
                  <div className="menu-action">
                    <div>{t(`tasks:action.${n}`)}</div>
                    {reason ? <div className="muted">{reason}</div> : null}
                  </div>
                ),
              };
            }),
            onClick: ({ key }) => run[key as Name](),
          }}
        >
          <Button icon={<DownOutlined />} iconPlacement="end">
            {t('tasks:action.more')}
          </Button>
        </Dropdown>
      ) : null}
      <ReasonModal
        open={asking}
        title={t('tasks:action.cancel')}
        hint={t('tasks:cancel.hint')}
        label={t('tasks:cancel.reason')}
        verb={t('common:next')}
        onClose={() => setAsking(false)}
        onReason={(reason) => {
          setAsking(false);
          setCancelling({ operation: 'cancellation_create', request: { task: task.id, reason } });
        }}
      />
      <SignModal
        title={t('tasks:action.cancel')}
        verb={t('tasks:cancel.sign')}
        danger
        action={cancelling}
        submit={cancelTask}
        onClose={() => setCancelling(null)}
        onDone={() => {
          setCancelling(null);
          reload();
          void message.success(t('tasks:cancel.done'));
        }}
      />
      <Modal open={rerunning} title={t('tasks:action.run_again')} footer={null} onCancel={() => setRerunning(false)} destroyOnHidden>
        <p className="muted">{t('tasks:again.hint', { used: task.attempts, max: 1 + (task.spec.attempts_max ?? 0) })}</p>
        <PassphraseForm
          verb={t('tasks:again.sign')}
          submit={(passphrase) => runAgain(task.id, passphrase)}
          onDone={() => {
            setRerunning(false);
            reload();
            void navigate({ to: '/tasks/$task/$tab', params: { task: task.id, tab: 'progress' } });
          }}
        />
      </Modal>
    </>
  );
}

/** The one action that helps most at this point. */
function leading(task: S['TaskDetail']): Name | undefined {
  const may = (n: Name) => task.actions.some((a) => a.name === n && a.allowed);
  if (may('approve')) return 'approve';
  if (may('run_again')) return 'run_again';
  if (may('download_result')) return 'download_result';
  return may('consistency_check') ? 'consistency_check' : undefined;
}
