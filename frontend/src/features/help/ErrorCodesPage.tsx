import { Input } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { errorCodesQuery } from '@/api/platform';
import type { S } from '@/api/types';
import { useSetFilter } from '@/table/Filters';
import { Async } from '@/ui/Async';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';
import { Section } from '@/ui/Section';

const LAYERS = ['desk', 'rule', 'ledger', 'party', 'protocol'] as const;

/** Every error code: what it means, why it happens, what to do. */
export function ErrorCodesPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/help/errors' });
  const set = useSetFilter();
  const query = useQuery(errorCodesQuery());
  return (
    <>
      <PageHeader title={t('help:errors.title')} purpose={t('help:errors.purpose')} />
      <div className="filters">
        <Input.Search
          allowClear
          data-list-search=""
          aria-label={t('help:errors.search')}
          placeholder={t('help:errors.search')}
          defaultValue={search.q}
          onChange={(e) => set({ q: e.target.value.trim() || undefined })}
        />
      </div>
      <Async query={query}>{({ items }) => <Codes items={items} q={search.q ?? ''} />}</Async>
    </>
  );
}

function Codes({ items, q }: { items: S['ErrorCode'][]; q: string }) {
  const { t, i18n } = useTranslation();
  const say = (x: S['Bilingual']) => (i18n.language === 'en' ? x.en : x.zh_cn);
  const wanted = q.toLowerCase();
  const found = items.filter((e) => `${e.code} ${say(e.title)} ${say(e.cause)}`.toLowerCase().includes(wanted));
  if (found.length === 0) return <EmptyState title={t('help:errors.none')} />;
  return LAYERS.map((layer) => {
    const mine = found.filter((e) => e.layer === layer);
    if (mine.length === 0) return null;
    return (
      <Section key={layer} title={t(`help:layer.${layer}`)}>
        <dl className="codes">
          {mine.map((e) => (
            <div key={e.code} id={e.code}>
              <dt>
                <code>{e.code}</code> <strong>{say(e.title)}</strong>
              </dt>
              <dd>{say(e.cause)}</dd>
              <dd>
                <strong>{t('common:remedy')}</strong> {say(e.remedy)}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
    );
  });
}
