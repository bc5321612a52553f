import { Checkbox, Form, Input, Select, Table } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sourceQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { columnTypeOf } from '@/policy/disclosures';
import { Async } from '@/ui/Async';
import { Section } from '@/ui/Section';
import type { PublishDraft } from './draft';

const TYPES: readonly S['ColumnType'][] = ['text', 'integer', 'number', 'boolean', 'date', 'timestamp', 'binary'];

/** What it is called and which columns the consortium gets to know of. */
export function SchemaStep({ value, set, org }: { value: PublishDraft; set: (c: Partial<PublishDraft>) => void; org: string }) {
  const { t } = useTranslation();
  const source = useQuery(sourceQuery(value.source));
  const has = (name: string) => value.columns.find((c) => c.name === name);
  const toggle = (s: S['Source'], name: string, on: boolean) => {
    const next = s.columns
      .filter((c) => (c.name === name ? on : has(c.name) !== undefined))
      .map((c) => has(c.name) ?? { name: c.name, data_type: columnTypeOf(c.data_type), description: '', sensitivity: 'internal' as const, rules: [] });
    set({ columns: next });
  };
  return (
    <>
      <Section>
        <Form layout="vertical" className="cols form-cols">
          <Form.Item label={t('publish:schema.title')} htmlFor="publish-title" required>
            <Input id="publish-title" value={value.title} maxLength={120} onChange={(e) => set({ title: e.target.value })} />
          </Form.Item>
          <Form.Item label={t('publish:schema.id')} htmlFor="publish-id" extra={t('publish:schema.idHint')} required>
            <Input
              id="publish-id"
              prefix={<span className="muted">{`${org}.`}</span>}
              value={value.name}
              maxLength={50}
              onChange={(e) => set({ name: e.target.value.trim(), id: `${org}.${e.target.value.trim()}` })}
            />
          </Form.Item>
          <Form.Item label={t('publish:schema.theme')} htmlFor="publish-theme" extra={t('publish:schema.themeHint')}>
            <Input id="publish-theme" value={value.theme} maxLength={40} onChange={(e) => set({ theme: e.target.value })} />
          </Form.Item>
          <Form.Item label={t('publish:schema.description')} htmlFor="publish-description">
            <Input.TextArea id="publish-description" rows={2} maxLength={1000} value={value.description} onChange={(e) => set({ description: e.target.value })} />
          </Form.Item>
        </Form>
      </Section>
      <Section flush title={t('publish:schema.columns')} extra={<span className="muted">{t('publish:schema.columnsHint')}</span>}>
        <Async query={source}>
          {(s) => (
            <Table
              aria-label={t('publish:schema.columns')}
              size="small"
              rowKey="name"
              pagination={false}
              scroll={{ x: 'max-content' }}
              dataSource={s.columns}
              columns={[
                {
                  key: 'on',
                  title: t('publish:schema.publish'),
                  width: 80,
                  render: (_, c) => (
                    <Checkbox aria-label={t('publish:schema.publishColumn', { column: c.name })} checked={has(c.name) !== undefined} onChange={(e) => toggle(s, c.name, e.target.checked)} />
                  ),
                },
                { key: 'name', title: t('common:policy.column'), render: (_, c) => <code>{c.name}</code> },
                { key: 'found', title: t('publish:schema.found'), render: (_, c) => <code>{c.data_type}</code> },
                {
                  key: 'type',
                  title: t('common:policy.type'),
                  render: (_, c) => {
                    const mine = has(c.name);
                    return mine ? (
                      <Select
                        size="small"
                        aria-label={t('publish:schema.typeOf', { column: c.name })}
                        value={mine.data_type}
                        style={{ width: 100 }}
                        onChange={(v) => set({ columns: value.columns.map((x) => (x.name === c.name ? { ...x, data_type: v } : x)) })}
                        options={TYPES.map((x) => ({ value: x, label: t(`common:columnType.${x}`) }))}
                      />
                    ) : (
                      <span className="muted">{t('publish:schema.unknown')}</span>
                    );
                  },
                },
                { key: 'rule', title: t('common:profile.keyRule'), render: (_, c) => (c.key_rule ? <code>{c.key_rule}</code> : t('common:none')) },
              ]}
            />
          )}
        </Async>
      </Section>
    </>
  );
}
