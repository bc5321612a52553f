import { Input, Select } from 'antd';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Changes the list's URL and goes back to its first page. */
export function useSetFilter(): (changes: Record<string, string | undefined>) => void {
  const navigate = useNavigate();
  return (changes) =>
    void navigate({
      to: '.',
      replace: true,
      search: (prev: Record<string, unknown>) => ({ ...prev, ...changes, cursor: undefined }) as never,
    });
}

/** Free text; the URL follows on Enter or after a pause. */
export function TextFilter({ name, value, label, width }: { name: string; value: string | undefined; label: string; width?: number }) {
  const set = useSetFilter();
  const [text, setText] = useState(value ?? '');
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => setText(value ?? ''), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const apply = (v: string) => {
    window.clearTimeout(timer.current);
    set({ [name]: v.trim() || undefined });
  };
  return (
    <Input.Search
      allowClear
      data-list-search={name === 'q' ? '' : undefined}
      aria-label={label}
      placeholder={label}
      style={width ? { width } : undefined}
      value={text}
      onChange={(e) => {
        const v = e.target.value;
        setText(v);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => apply(v), 450);
      }}
      onSearch={apply}
    />
  );
}

type Choice = { value: string; label: string };

/** One of a few values. */
export function ChoiceFilter({ name, value, label, options }: { name: string; value: string | undefined; label: string; options: Choice[] }) {
  const set = useSetFilter();
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      value={value ?? ''}
      popupMatchSelectWidth={false}
      style={{ minWidth: 130 }}
      onChange={(v) => set({ [name]: v || undefined })}
      options={[{ value: '', label: t('common:anyOf', { what: label }) }, ...options]}
    />
  );
}
