import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { algorithmsQuery } from '@/api/algorithms';
import { AlgorithmState, AlgorithmView } from '@/ui/AlgorithmView';
import { Async } from '@/ui/Async';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';
import { Section } from '@/ui/Section';

/** Every algorithm that the consortium agreed on: what it protects against, what it lets others learn, what it costs. */
export function AlgorithmsPage() {
  const { t } = useTranslation();
  const query = useQuery(algorithmsQuery());
  return (
    <>
      <PageHeader title={t('algorithms:title')} purpose={t('algorithms:purpose')} />
      <Async query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('algorithms:none')} />
          ) : (
            items.map((a) => (
              <Section key={`${a.id}/${a.version}`} title={a.title} extra={<AlgorithmState state={a.state} />}>
                <AlgorithmView algorithm={a} withCost />
              </Section>
            ))
          )
        }
      </Async>
    </>
  );
}
