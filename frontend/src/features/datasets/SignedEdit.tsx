import { App, Button, Space } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { SignModal } from '@/signing/SignModal';
import { ActionButton } from '@/ui/ActionButton';
import { Section } from '@/ui/Section';

type Props<T> = {
  title: string;
  /** The verb that begins to edit, and the one that signs. */
  edit: string;
  sign: string;
  /** What the ledger has now. */
  now: T;
  /** Why this person may not change it. */
  why: string | undefined;
  actionOf: (edited: T) => Action;
  submit: (action: Action, signing: S['Signing']) => Promise<unknown>;
  flush?: (shown: T) => boolean;
  /** What is shown; `change` while it is edited. */
  children: (shown: T, change: ((edited: T) => void) | undefined) => ReactNode;
};

/** A part of a dataset's policy: edited as a whole, then changed by one signature, which gives the policy a new version. */
export function SignedEdit<T>({ title, edit, sign, now, why, actionOf, submit, flush, children }: Props<T>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [edited, setEdited] = useState<T | null>(null);
  const [action, setAction] = useState<Action | null>(null);
  const changed = edited !== null && JSON.stringify(edited) !== JSON.stringify(now);
  const shown = edited ?? now;
  return (
    <Section
      flush={flush?.(shown) ?? true}
      title={title}
      extra={
        edited === null ? (
          <ActionButton disabledReason={why} onClick={() => setEdited(now)}>
            {edit}
          </ActionButton>
        ) : (
          <Space>
            <Button onClick={() => setEdited(null)}>{t('common:cancel')}</Button>
            <ActionButton type="primary" disabledReason={changed ? undefined : t('datasets:policy.unchanged')} onClick={() => setAction(actionOf(edited))}>
              {t('datasets:policy.review')}
            </ActionButton>
          </Space>
        )
      }
    >
      {children(shown, edited === null ? undefined : setEdited)}
      <SignModal
        title={sign}
        verb={sign}
        action={action}
        submit={submit}
        onClose={() => setAction(null)}
        onDone={() => {
          setAction(null);
          setEdited(null);
          void client.invalidateQueries({ queryKey: ['datasets'] });
          void message.success(t('datasets:changed'));
        }}
      />
    </Section>
  );
}
