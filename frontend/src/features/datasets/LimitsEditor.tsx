import { PlusOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { LimitsTable } from '@/ui/LimitsTable';
import { LimitModal } from './LimitModal';
import { EMPTY, ordered, type Draft } from './limits';

const partnerOf = (l: Draft) => l.partner ?? '';

/** Limits, one line per partner; `onChange` while they are edited. */
export function LimitsEditor({ limits, onChange }: { limits: Draft[]; onChange: ((limits: Draft[]) => void) | undefined }) {
  const { t } = useTranslation();
  // The entry in the dialog, and the line that it replaces.
  const [open, setOpen] = useState<{ draft: Draft; replaces: Draft | null } | null>(null);
  const without = (l: Draft | null) => (l ? limits.filter((x) => partnerOf(x) !== partnerOf(l)) : limits);
  const actions = (l: Draft) => (
    <Space>
      <Button size="small" onClick={() => setOpen({ draft: l, replaces: l })}>
        {t('datasets:limits.change')}
      </Button>
      <Button size="small" danger onClick={() => onChange?.(without(l))}>
        {t('datasets:limits.remove')}
      </Button>
    </Space>
  );
  return (
    <>
      {limits.length === 0 ? <EmptyState title={t('datasets:limits.none')} hint={t('datasets:limits.noneHint')} /> : <LimitsTable limits={limits} {...(onChange ? { actions } : {})} />}
      {onChange ? (
        <div className="table-foot">
          <Button size="small" icon={<PlusOutlined />} onClick={() => setOpen({ draft: EMPTY, replaces: null })}>
            {t('datasets:limits.add')}
          </Button>
        </div>
      ) : null}
      {open && onChange ? (
        <LimitModal
          draft={open.draft}
          others={without(open.replaces).map(partnerOf)}
          onClose={() => setOpen(null)}
          onSave={(l) => {
            onChange(ordered([...without(open.replaces), l]));
            setOpen(null);
          }}
        />
      ) : null}
    </>
  );
}
