import { Checkbox, Form, Input } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sourceQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { Async } from '@/ui/Async';
import { DataTable } from '@/ui/DataTable';
import { Section } from '@/ui/Section';
import { columnOf, type PublishDraft } from './draft';
import { KeyTrial } from './KeyTrial';

/** What it is called and which columns the consortium gets to know of. */
export function SchemaStep({ value, set, org }: { value: PublishDraft; set: (c: Partial<PublishDraft>) => void; org: string }) {
  const { t } = useTranslation();
  const source = useQuery(sourceQuery(value.source));
  const has = (name: string) => value.columns.find((c) => c.name === name);
  const toggle = (s: S['Source'], name: string, on: boolean) => {
    const next = s.columns
      .filter((c) => (c.name === name ? on : has(c.name) !== undefined))
      .flatMap((c) => has(c.name) ?? columnOf(c));
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
          <Form.Item label={t('publish:schema.theme')} htmlFor="publish-theme" extra={t('publish:schema.themeHint')} required>
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
            <DataTable
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
                    <Checkbox aria-label={t('publish:schema.publishColumn', { column: c.name })} disabled={c.data_type === null} checked={has(c.name) !== undefined} onChange={(e) => toggle(s, c.name, e.target.checked)} />
                  ),
                },
                { key: 'name', title: t('common:policy.column'), render: (_, c) => <code>{c.name}</code> },
                { key: 'found', title: t('publish:schema.found'), render: (_, c) => <code>{c.source_type}</code> },
                {
                  key: 'type',
                  title: t('common:policy.type'),
                  render: (_, c) =>
                    c.data_type === null ? <span className="muted">{t('publish:schema.cannot')}</span> : has(c.name) ? t(`common:columnType.${c.data_type}`) : <span className="muted">{t('publish:schema.unknown')}</span>,
                },
                { key: 'rule', title: t('common:profile.keyRule'), render: (_, c) => (c.key_rule ? <code>{c.key_rule}</code> : t('common:none')) },
              ]}
            />
          )}
        </Async>
      </Section>
      {source.data ? <KeyTrial key={source.data.id} source={source.data} published={value.columns.map((c) => c.name)} /> : null}
    </>
  );
}
