import { Flex, Space, Typography } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  title: string;
  /** One sentence: what this page is for. */
  purpose?: ReactNode;
  tags?: ReactNode;
  actions?: ReactNode;
};

/** Title, one-sentence purpose, actions at the right; also names the browser tab. */
export function PageHeader({ title, purpose, tags, actions }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('common:documentTitle', { page: title });
  }, [t, title]);
  return (
    <Flex component="header" className="page-header" justify="space-between" align="flex-start" gap={16}>
      <div>
        <Space size={10} align="center" wrap>
          <Typography.Title level={1} className="page-title">
            {title}
          </Typography.Title>
          {tags}
        </Space>
        {purpose ? <div className="page-purpose">{purpose}</div> : null}
      </div>
      {actions ? (
        <Flex wrap gap={8} align="center" className="page-actions">
          {actions}
        </Flex>
      ) : null}
    </Flex>
  );
}
