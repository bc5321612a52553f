import { useTranslation } from 'react-i18next';
import { setColumnPolicy } from '@/api/datasets';
import type { S } from '@/api/types';
import { PolicyEditor } from '@/policy/PolicyEditor';
import { ColumnPolicyTable } from '@/ui/ColumnPolicyTable';
import { SignedEdit } from './SignedEdit';

/** Columns and what may be done with them. */
export function ColumnsTab({ d, why }: { d: S['Dataset']; why: string | undefined }) {
  const { t } = useTranslation();
  return (
    <SignedEdit
      title={t('datasets:policy.title', { version: d.policy_version })}
      edit={t('datasets:policy.edit')}
      sign={t('datasets:policy.sign')}
      now={d.column_list}
      why={why}
      actionOf={(columns) => ({ operation: 'column_policy_set', request: { dataset: d.id, policy_version: d.policy_version, columns } })}
      submit={setColumnPolicy}
    >
      {(columns, change) => (change ? <PolicyEditor columns={columns} onChange={change} /> : <ColumnPolicyTable columns={columns} />)}
    </SignedEdit>
  );
}
