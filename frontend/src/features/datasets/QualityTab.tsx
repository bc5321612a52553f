import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { ProfileTable } from '@/ui/ProfileTable';
import { Section } from '@/ui/Section';

/** Nulls, duplicates and irregular keys, counted on this node when the version was prepared. */
export function QualityTab({ d }: { d: S['Dataset'] }) {
  const { t } = useTranslation();
  return (
    <Section flush={d.quality !== null} title={t('datasets:quality.title')} extra={<span className="muted">{t('datasets:quality.hint')}</span>}>
      {d.quality ? <ProfileTable columns={d.quality} rows={d.rows} /> : <EmptyState title={t('datasets:quality.none')} hint={t('datasets:quality.noneHint')} />}
    </Section>
  );
}
