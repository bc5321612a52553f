import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortDigest } from '@/lib/format';
import { copyText } from './copy';

/** Copies `value`, and says so for a moment. */
export function CopyButton({ value, label }: { value: string; label?: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  const name = label ?? t('common:copy');
  return (
    <Tooltip title={done ? t('common:copied') : name}>
      <Button
        type="text"
        size="small"
        aria-label={name}
        icon={done ? <CheckOutlined /> : <CopyOutlined />}
        onClick={(e) => {
          e.stopPropagation();
          void copyText(value).then((ok) => {
            setDone(ok);
            if (ok) window.setTimeout(() => setDone(false), 1500);
          });
        }}
      />
    </Tooltip>
  );
}

/** A digest or long id, shortened, with the whole of it in the tooltip and a copy button. */
export function Digest({ value, full = false, copy = true }: { value: string; full?: boolean; copy?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={full ? 'digest digest-wide' : 'digest'}>
      <Tooltip title={full ? undefined : <span className="digest-full">{value}</span>}>
        <code tabIndex={full ? undefined : 0}>{full ? value : shortDigest(value)}</code>
      </Tooltip>
      {copy ? <CopyButton value={value} label={t('common:copyValue', { value: shortDigest(value) })} /> : null}
    </span>
  );
}
