import { App, Button, Space } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setColumnPolicy } from '@/api/datasets';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { PolicyEditor } from '@/policy/PolicyEditor';
import { SignModal } from '@/signing/SignModal';
import { ActionButton } from '@/ui/ActionButton';
import { ColumnPolicyTable } from '@/ui/ColumnPolicyTable';
import { Section } from '@/ui/Section';

/** Columns and what may be done with them; changing it is signed and gives the policy a new version. */
export function ColumnsTab({ d, why }: { d: S['Dataset']; why: string | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [edited, setEdited] = useState<S['Column'][] | null>(null);
  const [action, setAction] = useState<Action | null>(null);
  const changed = edited !== null && JSON.stringify(edited) !== JSON.stringify(d.column_list);
  return (
    <Section
      flush
      title={t('datasets:policy.title', { version: d.policy_version })}
      extra={
        edited ? (
          <Space>
            <Button onClick={() => setEdited(null)}>{t('common:cancel')}</Button>
            <ActionButton
              type="primary"
              disabledReason={changed ? undefined : t('datasets:policy.unchanged')}
              onClick={() => setAction({ operation: 'column_policy_set', request: { dataset: d.id, policy_version: d.policy_version, columns: edited } })}
            >
              {t('datasets:policy.review')}
            </ActionButton>
          </Space>
        ) : (
          <ActionButton disabledReason={why} onClick={() => setEdited(d.column_list)}>
            {t('datasets:policy.edit')}
          </ActionButton>
        )
      }
    >
      {edited ? <PolicyEditor columns={edited} onChange={setEdited} /> : <ColumnPolicyTable columns={d.column_list} />}
      <SignModal
        title={t('datasets:policy.sign')}
        verb={t('datasets:policy.sign')}
        action={action}
        submit={setColumnPolicy}
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
