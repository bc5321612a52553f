import { ApiOutlined } from '@ant-design/icons';
import { Alert, Button, Form, InputNumber, Radio, Space, Spin, Tag } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { estimateQuery, testLink } from '@/api/algorithms';
import type { S } from '@/api/types';
import { bytes, count, duration, lineSpeed, roundTrip, type Lang } from '@/lib/format';
import { Facts } from '@/ui/AlgorithmView';
import { DataTable } from '@/ui/DataTable';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import { chosenOption, estimateOf, minMatchesProblem } from './protocol';
import type { StepProps } from './step';

/** By which protocol, at what cost and with what leakage; from how many matches on the result is released. */
export function ProtocolStep({ value, set, me, theirs }: StepProps) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const them = theirs?.organisation.id;
  const request = estimateOf(value, me, them);
  const query = useQuery({ ...estimateQuery(request ?? { parties: [], receiver: '' }), enabled: request !== undefined });
  const estimate = query.data;
  const most = minMatchesProblem(value, estimate);
  return (
    <>
      <Section title={t('newTask:protocol.title')} hint={t('newTask:protocol.hint')}>
        {estimate ? (
          <>
            <LinkLine link={estimate.link} peer={them ?? ''} />
            <Choice value={value} set={set} estimate={estimate} />
            <Comparison estimate={estimate} lang={lang} />
          </>
        ) : query.error ? (
          <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <p className="muted flush-p" role="status">
            <Spin size="small" /> {t('newTask:protocol.estimating')}
          </p>
        )}
      </Section>
      <Section title={t('newTask:protocol.threshold')} hint={t('newTask:protocol.thresholdHint')}>
        <Form layout="vertical" className="narrow-form">
          <Form.Item
            label={t('newTask:protocol.minMatches')}
            htmlFor="task-min-matches"
            extra={t('newTask:protocol.minMatchesHint')}
            validateStatus={most === undefined ? '' : 'error'}
            help={most === undefined ? undefined : t('newTask:protocol.tooMany', { most: count(most, lang) })}
          >
            <InputNumber id="task-min-matches" min={0} max={Number.MAX_SAFE_INTEGER} precision={0} value={value.minMatches} onChange={(n) => set({ minMatches: n ?? 0 })} />
          </Form.Item>
        </Form>
      </Section>
    </>
  );
}

/** What the estimate takes the link to be, and the test that measures it. */
function LinkLine({ link, peer }: { link: S['EstimatedLink']; peer: string }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testLink(peer),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['psi_estimates'] });
      void client.invalidateQueries({ queryKey: ['organisations'] });
    },
  });
  const lang = i18n.language as Lang;
  const words = { rtt: roundTrip(link.rtt_us, lang), speed: lineSpeed(link.bytes_per_s, lang) };
  return (
    <div className="gap-below" role="group" aria-label={t('newTask:protocol.link')}>
      <Space wrap size={12}>
        <OrgTag org={peer} small />
        <span>{link.measured_at ? t('newTask:protocol.measured', words) : t('newTask:protocol.assumed', words)}</span>
        {link.measured_at ? (
          <span className="muted">
            <Time at={link.measured_at} ago />
          </span>
        ) : null}
        <Button size="small" icon={<ApiOutlined />} loading={test.isPending} onClick={() => test.mutate()}>
          {t('newTask:protocol.test')}
        </Button>
        <span className="muted">{t('newTask:protocol.testHint')}</span>
      </Space>
      {test.data ? (
        <p className="flush-p gap-above" role="status">
          {t('newTask:protocol.tested', {
            rtt: roundTrip(test.data.rtt_us, lang),
            up: lineSpeed(test.data.up_bytes_per_s, lang),
            down: lineSpeed(test.data.down_bytes_per_s, lang),
          })}
        </p>
      ) : null}
      {test.error ? (
        <div className="gap-above">
          <ErrorPanel error={test.error} />
        </div>
      ) : null}
    </div>
  );
}

function Choice({ value, set, estimate }: Pick<StepProps, 'value' | 'set'> & { estimate: S['PsiEstimate'] }) {
  const { t } = useTranslation();
  const chosen = chosenOption(value, estimate);
  const nameOf = (a: S['Algorithm']) => `${a.id}/${a.version}`;
  return (
    <>
      {estimate.recommended ? null : <Alert type="error" showIcon className="gap-below" title={t('newTask:protocol.noneUsable')} />}
      <Radio.Group
        aria-label={t('newTask:protocol.title')}
        value={chosen ? nameOf(chosen.algorithm) : null}
        onChange={(e) => {
          const picked = estimate.options.find((o) => nameOf(o.algorithm) === e.target.value);
          // The recommended one is left to the desk, so that it stays the recommended one when sizes or the link change.
          if (picked) set({ algorithm: picked.recommended ? null : { id: picked.algorithm.id, version: picked.algorithm.version } });
        }}
      >
        <Space orientation="vertical">
          {estimate.options.map(({ algorithm, recommended }) => (
            <Radio key={nameOf(algorithm)} value={nameOf(algorithm)} disabled={algorithm.state !== 'usable'}>
              {algorithm.title} <code>{nameOf(algorithm)}</code> {recommended ? <Tag color="blue">{t('newTask:protocol.recommended')}</Tag> : null}
              <span className="muted">{recommended ? estimate.reason_text : algorithm.state_reason}</span>
            </Radio>
          ))}
        </Space>
      </Radio.Group>
      {chosen && !chosen.fits ? <Alert type="warning" showIcon className="gap-above" title={t('newTask:protocol.noMemory')} /> : null}
    </>
  );
}

const ROWS = ['time', 'memory', 'traffic', 'security', 'leakage', 'assumptions'] as const;

/** The protocols side by side. */
function Comparison({ estimate, lang }: { estimate: S['PsiEstimate']; lang: Lang }) {
  const { t } = useTranslation();
  const cell = (row: (typeof ROWS)[number], o: S['EstimateOption']): ReactNode => {
    const d = o.algorithm.description;
    switch (row) {
      case 'time':
        return (
          <>
            <strong>{duration(o.time_ms)}</strong> <span className="muted">{t('newTask:protocol.timeParts', { compute: duration(o.compute_ms), transfer: duration(o.transfer_ms) })}</span>
          </>
        );
      case 'memory':
        return (
          <>
            <strong>{bytes(o.memory_bytes, lang)}</strong>{' '}
            <span className="muted">
              {t('newTask:protocol.peerMemory', { memory: bytes(o.peer_memory_bytes, lang) })}
              {o.fits ? '' : ` · ${t('newTask:protocol.doesNotFit', { free: bytes(estimate.memory_bytes ?? 0, lang) })}`}
            </span>
          </>
        );
      case 'traffic':
        return <strong>{bytes(o.traffic_bytes, lang)}</strong>;
      case 'security':
        return d?.security_text;
      case 'leakage':
        return <Facts facts={d?.leakage ?? []} />;
      case 'assumptions':
        return <Facts facts={d?.assumptions ?? []} />;
    }
  };
  const rows = estimate.parties.map((p) => `${p.organisation.name} ${count(p.rows, lang)}`).join(' × ');
  return (
    <>
      <h3 className="sub-title">{t('newTask:protocol.compare')}</h3>
      <DataTable
        aria-label={t('newTask:protocol.compare')}
        size="small"
        pagination={false}
        rowKey="row"
        className="top-cells"
        scroll={{ x: 130 + 190 * estimate.options.length }}
        dataSource={ROWS.map((row) => ({ row }))}
        columns={[
          { key: 'row', title: t('newTask:protocol.what'), width: 130, render: (_, r) => t(`newTask:protocol.row.${r.row}`) },
          ...estimate.options.map((o) => ({
            key: `${o.algorithm.id}/${o.algorithm.version}`,
            title: o.algorithm.title,
            render: (_: unknown, r: { row: (typeof ROWS)[number] }) => cell(r.row, o),
          })),
        ]}
      />
      <p className="muted flush-p gap-above">{t('newTask:protocol.basis', { rows, threads: estimate.threads })}</p>
    </>
  );
}
