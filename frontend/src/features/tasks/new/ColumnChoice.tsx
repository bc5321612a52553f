import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';

type Props = { label: string; columns: S['Column'][]; chosen: string[]; onChange: (c: string[]) => void; only?: Set<string>; closedText?: string };

/** Columns to come with the matched rows; those that no grant covers say so. */
export function ColumnChoice({ label, columns, chosen, onChange, only, closedText }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className="facet" aria-label={label}>
      {columns.map((c) => {
        const closed = only !== undefined && !only.has(c.name);
        return (
          <Checkbox
            key={c.name}
            disabled={closed}
            checked={chosen.includes(c.name)}
            onChange={(e) => onChange(columns.map((x) => x.name).filter((n) => (n === c.name ? e.target.checked : chosen.includes(n))))}
          >
            <code>{c.name}</code> <span className="muted">{closed ? (closedText ?? t('newTask:result.notGranted')) : c.description}</span>
          </Checkbox>
        );
      })}
    </fieldset>
  );
}
