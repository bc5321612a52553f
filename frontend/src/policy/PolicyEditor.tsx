import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { RuleLine } from '@/ui/ColumnPolicyTable';
import { GRADES, withoutRule, withRule } from './disclosures';
import { RuleModal } from './RuleModal';
import { DataTable } from '@/ui/DataTable';

type Props = { columns: S['Column'][]; onChange: (columns: S['Column'][]) => void };

/** Grade, meaning and permissions of each column; several at once by selecting them. A column without a rule stays closed. */
export function PolicyEditor({ columns, onChange }: Props) {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<string[]>([]);
  const [adding, setAdding] = useState<string[] | null>(null);
  const change = (name: string, part: Partial<S['Column']>) => onChange(columns.map((c) => (c.name === name ? { ...c, ...part } : c)));
  const grades = GRADES.map((g) => ({ value: g, label: t(`common:sensitivity.${g}`) }));
  return (
    <>
      <div className="bulk">
        <span className="muted">{selected.length === 0 ? t('policy:selectHint') : t('policy:selected', { count: selected.length })}</span>
        <Space>
          <Select
            size="small"
            aria-label={t('policy:setGrade')}
            placeholder={t('policy:setGrade')}
            disabled={selected.length === 0}
            value={null}
            style={{ width: 150 }}
            onChange={(g: S['Sensitivity'] | null) => g && onChange(columns.map((c) => (selected.includes(c.name) ? { ...c, sensitivity: g } : c)))}
            options={grades}
          />
          <Button size="small" icon={<PlusOutlined />} disabled={selected.length === 0} onClick={() => setAdding(selected)}>
            {t('policy:addRule')}
          </Button>
        </Space>
      </div>
      <DataTable
        aria-label={t('common:policy.table')}
        size="small"
        rowKey="name"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={columns}
        rowSelection={{
          selectedRowKeys: selected,
          onChange: (keys) => setSelected(keys.map(String)),
          getCheckboxProps: (c) => ({ 'aria-label': t('policy:selectColumn', { column: c.name }) }) as object,
        }}
        columns={[
          {
            key: 'name',
            title: t('common:policy.column'),
            render: (_, c) => (
              <div className="two-line">
                <code>{c.name}</code>
                <span className="muted">{t(`common:columnType.${c.data_type}`)}</span>
              </div>
            ),
          },
          {
            key: 'description',
            title: t('policy:meaning'),
            width: 190,
            render: (_, c) => (
              <Input
                size="small"
                aria-label={t('policy:meaningOf', { column: c.name })}
                value={c.description}
                maxLength={200}
                onChange={(e) => change(c.name, { description: e.target.value })}
              />
            ),
          },
          {
            key: 'grade',
            title: t('common:policy.grade'),
            width: 110,
            render: (_, c) => (
              <Select
                size="small"
                aria-label={t('policy:gradeOf', { column: c.name })}
                value={c.sensitivity}
                style={{ width: 96 }}
                onChange={(g) => change(c.name, { sensitivity: g })}
                options={grades}
              />
            ),
          },
          {
            key: 'rules',
            title: t('common:policy.rules'),
            render: (_, c) => (
              <div className="stack-tight">
                {(c.rules ?? []).length === 0 ? <span className="muted">{t('common:policy.denied')}</span> : null}
                {(c.rules ?? []).map((r, i) => (
                  <span key={`${r.allow}-${r.grantee}-${r.purpose}-${r.not_after}`} className="rule-line">
                    <RuleLine rule={r} />
                    <Button
                      type="text"
                      size="small"
                      icon={<CloseOutlined />}
                      aria-label={t('policy:removeRule', { column: c.name, use: t(`common:useShort.${r.allow}`) })}
                      onClick={() => onChange(withoutRule(columns, c.name, i))}
                    />
                  </span>
                ))}
                <span>
                  <Button size="small" type="link" className="flush-link" icon={<PlusOutlined />} onClick={() => setAdding([c.name])} aria-label={t('policy:addRuleTo', { column: c.name })}>
                    {t('policy:addRule')}
                  </Button>
                </span>
              </div>
            ),
          },
        ]}
      />
      <RuleModal
        open={adding !== null}
        columns={adding ?? []}
        onClose={() => setAdding(null)}
        onAdd={(rule) => {
          onChange(withRule(columns, adding ?? [], rule));
          setAdding(null);
        }}
      />
    </>
  );
}
