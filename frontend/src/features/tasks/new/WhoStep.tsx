import { Alert, Form, Input, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { catalogQuery, myDatasetsQuery } from '@/api/datasets';
import { grantsQuery } from '@/api/grants';
import { Grade } from '@/ui/Badges';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { withDataset } from './draft';
import { FurtherParties } from './FurtherParties';
import type { StepProps } from './step';

/** What it is called, our dataset, theirs. */
export function WhoStep({ value, set }: StepProps) {
  const { t } = useTranslation();
  const own = useQuery(myDatasetsQuery({ state: 'active', limit: '100' }));
  const all = useQuery(catalogQuery({ use: 'psi', limit: '100' }));
  const grants = useQuery(grantsQuery({ state: 'active', limit: '100' }));
  const granted = new Set(grants.data?.items.map((g) => g.dataset));
  const others = (all.data?.items ?? []).filter((d) => !d.mine && d.state === 'active');
  return (
    <>
      <Section>
        <Form layout="vertical" className="narrow-form">
          <Form.Item label={t('newTask:who.title')} htmlFor="task-title" required>
            <Input id="task-title" value={value.title} maxLength={120} placeholder={t('newTask:who.titleExample')} onChange={(e) => set({ title: e.target.value })} />
          </Form.Item>
          <Form.Item label={t('newTask:who.mine')} htmlFor="task-mine" extra={t('newTask:who.mineHint')} required>
            <Select
              id="task-mine"
              aria-label={t('newTask:who.mine')}
              value={value.mine || null}
              loading={own.isFetching}
              showSearch={{ optionFilterProp: 'search' }}
              notFoundContent={own.data ? <Link to="/data/publish">{t('newTask:who.publishFirst')}</Link> : t('common:loading')}
              onChange={(d) => d && set(withDataset(value, 'mine', d))}
              options={(own.data?.items ?? []).map((d) => ({ value: d.id, search: `${d.title} ${d.id}`, label: `${d.title} (${d.id})` }))}
            />
          </Form.Item>
          <Form.Item label={t('newTask:who.theirs')} htmlFor="task-theirs" extra={t('newTask:who.theirsHint')} required>
            <Select
              id="task-theirs"
              aria-label={t('newTask:who.theirs')}
              value={value.theirs || null}
              loading={all.isFetching}
              {...(all.data ? {} : { notFoundContent: t('common:loading') })}
              showSearch={{ optionFilterProp: 'search' }}
              onChange={(d) => d && set(withDataset(value, 'theirs', d))}
              options={others.map((d) => ({
                value: d.id,
                search: `${d.title} ${d.id} ${d.organisation.name}`,
                label: (
                  <span className="option-line">
                    <OrgTag org={d.organisation.id} small />
                    <span className="grow">{d.title}</span>
                    <Grade value={d.classification} />
                    <span className="muted">{granted.has(d.id) ? t('newTask:who.granted') : t('newTask:who.notGranted')}</span>
                  </span>
                ),
              }))}
            />
          </Form.Item>
        </Form>
      </Section>
      {value.theirs !== '' ? <FurtherParties value={value} set={set} datasets={others} granted={granted} /> : null}
      {value.theirs !== '' && grants.data && !granted.has(value.theirs) && !granted.has(value.mine) ? (
        <Alert
          type="warning"
          showIcon
          className="gap-below"
          title={t('newTask:who.needGrant')}
          description={
            <Link to="/catalog/$dataset/apply" params={{ dataset: value.theirs }}>
              {t('newTask:who.apply')}
            </Link>
          }
        />
      ) : null}
    </>
  );
}
