import { Empty, Space } from 'antd';
import type { ReactNode } from 'react';

/** Nothing here: why, and what to do next. */
export function EmptyState({ title, hint, action }: { title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      className="empty-state"
      description={
        <Space orientation="vertical" size={4}>
          <strong>{title}</strong>
          {hint ? <span className="muted">{hint}</span> : null}
        </Space>
      }
    >
      {action}
    </Empty>
  );
}
