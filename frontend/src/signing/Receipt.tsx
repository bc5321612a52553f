import { Alert } from 'antd';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { Digest } from '@/ui/Digest';
import { Time } from '@/ui/Time';

/** Where a signed action stands on the ledger. */
export function Receipt({ receipt, title }: { receipt: S['LedgerReceipt']; title: string }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="success"
      showIcon
      className="gap-below"
      title={title}
      description={
        <span className="evidence-facts">
          <Time at={receipt.time} />
          <Link to="/ledger/blocks/$height" params={{ height: String(receipt.height) }}>
            {t('common:blockAt', { height: receipt.height })}
          </Link>
          <span>
            <Link to="/ledger/transactions/$transaction" params={{ transaction: receipt.transaction }}>
              {t('common:transaction')}
            </Link>{' '}
            <Digest value={receipt.transaction} />
          </span>
        </span>
      }
    />
  );
}
