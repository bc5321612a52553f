import { Form, Select } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyRulesQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { KeyProfile } from '@/sources/KeyProfile';

/** As many columns as a task's key may have. */
const COLUMNS_MAX = 8;

/** Tries published columns as a key before anybody else sees them. Nothing of it is part of the dataset. */
export function KeyTrial({ source, published }: { source: S['Source']; published: string[] }) {
  const { t } = useTranslation();
  const rules = useQuery(keyRulesQuery());
  const [tried, setTried] = useState<{ column: string; rule: string }[]>([]);
  const keys = tried.filter((k) => published.includes(k.column));
  const choose = (columns: string[]) =>
    setTried(columns.map((column) => keys.find((k) => k.column === column) ?? { column, rule: source.columns.find((c) => c.name === column)?.key_rule ?? '' }));
  return (
    <KeyProfile source={source.id} keys={keys}>
      <Form layout="vertical" className="narrow-form gap-below">
        <Form.Item label={t('publish:key.columns')} htmlFor="key-columns" className={keys.length > 0 ? undefined : 'flush-item'}>
          <Select
            id="key-columns"
            mode="multiple"
            maxCount={COLUMNS_MAX}
            aria-label={t('publish:key.columns')}
            placeholder={t('publish:key.choose')}
            value={keys.map((k) => k.column)}
            onChange={choose}
            options={published.map((c) => ({ value: c, label: c }))}
          />
        </Form.Item>
        {keys.map((k) => (
          <Form.Item key={k.column} label={t('publish:key.rule', { column: k.column })} htmlFor={`key-rule-${k.column}`}>
            <Select
              id={`key-rule-${k.column}`}
              aria-label={t('publish:key.rule', { column: k.column })}
              placeholder={t('publish:key.chooseRule')}
              value={k.rule || null}
              loading={rules.isFetching}
              onChange={(rule) => rule && setTried(keys.map((x) => (x.column === k.column ? { ...x, rule } : x)))}
              options={(rules.data?.items ?? []).map((r) => ({ value: r.id, label: `${r.title} (${r.id})` }))}
            />
          </Form.Item>
        ))}
      </Form>
    </KeyProfile>
  );
}
