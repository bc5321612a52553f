import { Alert, Button, Spin } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { publishDataset } from '@/api/datasets';
import { prepareSource } from '@/api/sources';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { SignPanel } from '@/signing/SignPanel';
import { ColumnPolicyTable } from '@/ui/ColumnPolicyTable';
import { Digest } from '@/ui/Digest';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { requestOf, type PublishDraft } from './draft';

/** Reads the rows once and commits to them, then shows what is signed. */
export function PublishStep({ value, onDone }: { value: PublishDraft; onDone: (done: S['DatasetCommitted']) => void }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const prepare = useMutation({ mutationFn: () => prepareSource(value.source, { dataset: value.id, columns: value.columns.map((c) => c.name) }) });
  const p = prepare.data;
  return (
    <>
      <Section title={t('publish:final.commit')} hint={t('publish:final.commitHint')}>
        {prepare.error ? <ErrorPanel error={prepare.error} /> : null}
        {p ? (
          <Properties
            items={[
              { label: t('publish:final.rows'), value: count(p.rows, lang) },
              { label: t('publish:final.root'), value: <Digest value={p.commitment} /> },
            ]}
          />
        ) : (
          <Button type="primary" loading={prepare.isPending} onClick={() => prepare.mutate()}>
            {t('publish:final.read')}
          </Button>
        )}
        {prepare.isPending ? (
          <p className="muted" role="status">
            <Spin size="small" /> {t('publish:final.reading')}
          </p>
        ) : null}
      </Section>
      {p ? (
        <>
          <Section flush title={t('publish:final.policy')}>
            <ColumnPolicyTable columns={value.columns} />
          </Section>
          <SignPanel action={{ operation: 'dataset_create', request: requestOf(value, p.id) }} verb={t('publish:final.sign')} submit={publishDataset} onDone={onDone}>
            <Alert type="info" showIcon className="gap-below" title={t('publish:final.leaves')} description={<>{t('publish:final.stays')}<br />{t('publish:final.limitsLater')}</>} />
          </SignPanel>
        </>
      ) : null}
    </>
  );
}
