import { App } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SourcePicker } from '@/sources/SourcePicker';
import { PageHeader } from '@/ui/PageHeader';

export function NewSourcePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  return (
    <>
      <PageHeader title={t('sources:register')} purpose={t('sources:registerPurpose')} />
      <SourcePicker
        onRegistered={(s) => {
          void client.invalidateQueries({ queryKey: ['sources'] });
          void message.success(t('sources:registered', { name: s.name }));
          void navigate({ to: '/data/sources/$source', params: { source: s.id } });
        }}
      />
    </>
  );
}
