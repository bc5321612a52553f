import { Descriptions } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type Property = { label: string; value: ReactNode; wide?: boolean; hidden?: boolean };

/** Facts of one thing, label and value. */
export function Properties({ items, columns = 2 }: { items: Property[]; columns?: 1 | 2 | 3 | 4 }) {
  const { t } = useTranslation();
  return (
    <Descriptions
      size="small"
      column={columns}
      items={items
        .filter((p) => !p.hidden)
        .map((p) => ({
          key: p.label,
          label: p.label,
          span: p.wide ? 'filled' : undefined,
          children: p.value === null || p.value === undefined || p.value === '' ? t('common:none') : p.value,
        }))}
    />
  );
}
