import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Radio, Select, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keyRulesQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { KeyProfile } from '@/sources/KeyProfile';
import { DUPLICATES } from '@/sources/keyOutcome';
import { FurtherKeys } from './FurtherColumns';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { allowedFor, type KeyPair } from './draft';
import type { StepProps } from './step';

/** By which columns, made comparable by which rule, and what happens to repeated keys. */
export function KeysStep({ value, set, me, mine, theirs }: StepProps) {
  const { t } = useTranslation();
  const rules = useQuery(keyRulesQuery());
  const them = theirs?.organisation.id ?? '';
  const change = (i: number, part: Partial<KeyPair>) => set({ keys: value.keys.map((k, j) => (j === i ? { ...k, ...part } : k)) });
  const options = (d: S['Dataset'] | undefined, user: string) => {
    const open = allowedFor(d?.column_list ?? [], user, 'PLAINTEXT_AFTER_JOIN');
    return (d?.column_list ?? []).map((c) => ({
      value: c.name,
      label: open.has(c.name) ? `${c.name} · ${t('newTask:keys.open')}` : c.name,
    }));
  };
  const chooseMine = (i: number, column: string) => {
    const rule = mine?.quality?.find((q) => q.name === column)?.key_rule;
    const twin = theirs?.column_list.find((c) => c.name === column)?.name;
    change(i, { mine: column, ...(rule ? { rule } : {}), ...(twin && value.keys[i]?.theirs === '' ? { theirs: twin } : {}) });
  };
  return (
    <>
      <Section title={t('newTask:keys.title')} hint={t('newTask:keys.hint')}>
        <div className="key-grid key-head" aria-hidden>
          <OrgTag org={me} small />
          <OrgTag org={them} small />
          <span>{t('newTask:keys.rule')}</span>
          <span />
        </div>
        {value.keys.map((k, i) => (
          <div className="key-grid" key={i}>
            <Select aria-label={t('newTask:keys.mine', { n: i + 1 })} value={k.mine || null} placeholder={t('newTask:keys.column')} options={options(mine, them)} onChange={(c) => c && chooseMine(i, c)} />
            <Select aria-label={t('newTask:keys.theirs', { n: i + 1 })} value={k.theirs || null} placeholder={t('newTask:keys.column')} options={options(theirs, me)} onChange={(c) => c && change(i, { theirs: c })} />
            <Select
              aria-label={t('newTask:keys.ruleOf', { n: i + 1 })}
              value={k.rule || null}
              placeholder={t('newTask:keys.rule')}
              onChange={(r) => r && change(i, { rule: r })}
              options={(rules.data?.items ?? []).map((r) => ({ value: r.id, label: `${r.title} (${r.id})` }))}
            />
            <Button type="text" icon={<DeleteOutlined />} aria-label={t('newTask:keys.remove', { n: i + 1 })} disabled={value.keys.length === 1} onClick={() => set({ keys: value.keys.filter((_, j) => j !== i), further: value.further.map((f) => ({ ...f, keys: f.keys.filter((_, j) => j !== i) })) })} />
            <p className="key-note muted">{rules.data?.items.find((r) => r.id === k.rule)?.description}</p>
          </div>
        ))}
        {value.further.map((f, i) => (
          <FurtherKeys key={f.dataset} party={f} keys={value.keys} user={me} onChange={(keys) => set({ further: value.further.map((x, j) => (j === i ? { ...x, keys } : x)) })} />
        ))}
        <Button size="small" icon={<PlusOutlined />} onClick={() => set({ keys: [...value.keys, { mine: '', theirs: '', rule: '' }], further: value.further.map((f) => ({ ...f, keys: [...f.keys, ''] })) })}>
          {t('newTask:keys.add')}
        </Button>
      </Section>
      {mine ? <KeyProfile source={mine.source} keys={value.keys.map((k) => ({ column: k.mine, rule: k.rule }))} choice={value.duplicates} /> : null}
      <Section title={t('newTask:keys.duplicates')} hint={t('newTask:keys.duplicatesHint')}>
        <Radio.Group value={value.duplicates} onChange={(e) => set({ duplicates: e.target.value as S['DuplicateRule'] })} aria-label={t('newTask:keys.duplicates')}>
          <Space orientation="vertical">
            {DUPLICATES.map((d) => (
              <Radio key={d} value={d}>
                {t(`tasks:duplicates.${d}`)} <span className="muted">{t(`newTask:keys.duplicate.${d}`)}</span>
              </Radio>
            ))}
          </Space>
        </Radio.Group>
      </Section>
    </>
  );
}
