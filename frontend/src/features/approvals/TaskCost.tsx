import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { estimateQuery } from '@/api/algorithms';
import type { S } from '@/api/types';
import { bytes, count, duration, lineSpeed, roundTrip, type Lang } from '@/lib/format';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';

/** What a task is estimated to cost this node before anybody approves it. Nothing when nothing can be said. */
export function TaskCost({ task }: { task: S['TaskDetail'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const { spec } = task;
  const parties = spec.parties.map((p) => ({ dataset: p.dataset, version: p.version ?? null }));
  const { data } = useQuery(estimateQuery({ parties, receiver: spec.receiver, output: spec.output ?? null }));
  const option = data?.options.find((o) => o.algorithm.id === spec.algorithm?.id && o.algorithm.version === spec.algorithm.version);
  if (!data || !option) return null;
  const link = { rtt: roundTrip(data.link.rtt_us, lang), speed: lineSpeed(data.link.bytes_per_s, lang) };
  return (
    <Section title={t('approvals:cost.title')} hint={data.link.measured_at ? t('newTask:protocol.measured', link) : t('newTask:protocol.assumed', link)}>
      <Properties
        items={[
          { label: t('newTask:protocol.row.time'), value: duration(option.time_ms) },
          { label: t('newTask:protocol.row.traffic'), value: bytes(option.traffic_bytes, lang) },
          {
            label: t('newTask:protocol.row.memory'),
            value: option.fits ? bytes(option.memory_bytes, lang) : `${bytes(option.memory_bytes, lang)} · ${t('newTask:protocol.doesNotFit', { free: bytes(data.memory_bytes ?? 0, lang) })}`,
          },
          { label: t('approvals:cost.rows'), value: data.parties.map((p) => `${p.organisation.name} ${count(p.rows, lang)}`).join(' × ') },
        ]}
      />
    </Section>
  );
}
