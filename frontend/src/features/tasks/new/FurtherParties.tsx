import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { PARTIES_MAX, withFurther } from './draft';
import type { StepProps } from './step';

type Props = Pick<StepProps, 'value' | 'set'> & { datasets: S['DatasetSummary'][]; granted: Set<string> };

/** Parties beyond the first two: then the keys are found that all of them hold. */
export function FurtherParties({ value, set, datasets, granted }: Props) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const first = datasets.find((d) => d.id === value.theirs)?.organisation.id;
  const taken = new Set([first, ...value.further.map((f) => f.organisation)]);
  const left = datasets.filter((d) => !taken.has(d.organisation.id));
  const title = (id: string) => datasets.find((d) => d.id === id)?.title ?? id;
  const full = 2 + value.further.length >= PARTIES_MAX;
  return (
    <Section title={t('newTask:further.title')} hint={t('newTask:further.hint')}>
      <ul className="plain-list">
        {value.further.map((f, i) => (
          <li key={f.dataset} className="option-line">
            <OrgTag org={f.organisation} small />
            <span className="grow">{title(f.dataset)}</span>
            <span className="muted">{granted.has(f.dataset) ? t('newTask:who.granted') : t('newTask:who.notGranted')}</span>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('newTask:further.remove', { dataset: title(f.dataset) })}
              onClick={() => set(withFurther(value, value.further.filter((_, j) => j !== i)))}
            />
          </li>
        ))}
      </ul>
      {adding ? (
        <Select
          className="wide-select"
          aria-label={t('newTask:further.choose')}
          placeholder={t('newTask:further.choose')}
          autoFocus
          value={null}
          onChange={(id: string | null) => {
            const d = left.find((x) => x.id === id);
            setAdding(false);
            if (d) set(withFurther(value, [...value.further, { organisation: d.organisation.id, dataset: d.id, keys: value.keys.map(() => ''), payload: [] }]));
          }}
          options={left.map((d) => ({
            value: d.id,
            label: (
              <span className="option-line">
                <OrgTag org={d.organisation.id} small />
                <span className="grow">{d.title}</span>
                <span className="muted">{granted.has(d.id) ? t('newTask:who.granted') : t('newTask:who.notGranted')}</span>
              </span>
            ),
          }))}
        />
      ) : (
        <Button size="small" icon={<PlusOutlined />} disabled={full || left.length === 0} onClick={() => setAdding(true)}>
          {t('newTask:further.add')}
        </Button>
      )}
    </Section>
  );
}
