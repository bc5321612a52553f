import { App, Modal, Spin } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addVersion } from '@/api/datasets';
import type { Action } from '@/api/previews';
import { prepareSource } from '@/api/sources';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { SignModal } from '@/signing/SignModal';
import { ActionButton } from '@/ui/ActionButton';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** Committed versions; a new one reads the source again. */
export function VersionsTab({ d, why }: { d: S['Dataset']; why: string | undefined }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [action, setAction] = useState<Action | null>(null);
  const source = d.source;
  const prepare = useMutation({
    mutationFn: (from: string) => prepareSource(from, { dataset: d.id, columns: d.column_list.map((c) => c.name) }),
    onSuccess: (p) => setAction({ operation: 'dataset_version_create', request: { dataset: d.id, preparation: p.id } }),
  });
  return (
    <Section
      flush
      title={t('datasets:versions.title')}
      extra={
        <ActionButton disabledReason={why ?? (source ? undefined : t('datasets:versions.noSource'))} loading={prepare.isPending} onClick={() => source && prepare.mutate(source)}>
          {t('datasets:versions.add')}
        </ActionButton>
      }
    >
      {prepare.error ? <ErrorPanel error={prepare.error} /> : null}
      <DataTable
        aria-label={t('datasets:versions.title')}
        size="small"
        pagination={false}
        rowKey="version"
        scroll={{ x: 'max-content' }}
        dataSource={d.versions}
        columns={[
          { key: 'version', title: t('datasets:column.version'), render: (_, v) => v.version },
          { key: 'commitment', title: t('datasets:commitment'), render: (_, v) => <Digest value={v.commitment} /> },
          { key: 'rows', title: t('datasets:column.rows'), align: 'right', render: (_, v) => <span className="num">{count(v.rows, lang)}</span> },
          { key: 'scheme', title: t('datasets:versions.scheme'), render: (_, v) => <code>{v.scheme}</code> },
          { key: 'time', title: t('datasets:column.published'), render: (_, v) => <Time at={v.published_at} /> },
          {
            key: 'height',
            title: t('datasets:versions.height'),
            render: (_, v) => (
              <Link to="/ledger/blocks/$height" params={{ height: String(v.height) }}>
                {v.height}
              </Link>
            ),
          },
          {
            key: 'held',
            title: t('datasets:versions.held'),
            render: (_, v) => (v.held_here === null ? t('common:none') : <StatusTag tone={v.held_here ? 'good' : 'warning'} label={t(v.held_here ? 'datasets:versions.here' : 'datasets:versions.gone')} />),
          },
        ]}
      />
      <Modal open={prepare.isPending} footer={null} closable={false} title={t('datasets:versions.reading')}>
        <Spin /> {t('datasets:versions.readingHint')}
      </Modal>
      <SignModal
        title={t('datasets:versions.sign')}
        verb={t('datasets:versions.sign')}
        action={action}
        submit={addVersion}
        onClose={() => setAction(null)}
        onDone={() => {
          setAction(null);
          void client.invalidateQueries({ queryKey: ['datasets'] });
          void message.success(t('datasets:changed'));
        }}
      />
    </Section>
  );
}
