import { Button, Result } from 'antd';
import { Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '@/ui/ErrorPanel';

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main>
      <Result status="404" title={t('common:notFound.title')} subTitle={t('common:notFound.hint')} extra={<Link to="/">{t('common:notFound.home')}</Link>} />
    </main>
  );
}

/** A page that could not be shown: what happened and what to do. */
export function RouteErrorPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <main className="shell-main">
      <ErrorPanel error={error} onRetry={() => void router.invalidate()} />
      <Button type="link" onClick={() => window.location.assign('/')}>
        {t('common:notFound.home')}
      </Button>
    </main>
  );
}
