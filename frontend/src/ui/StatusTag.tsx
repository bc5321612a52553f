import {
  CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, ExclamationCircleOutlined, MinusCircleOutlined, SyncOutlined,
} from '@ant-design/icons';
import { Tag } from 'antd';
import type { ReactNode } from 'react';

/** Four status colours and a neutral one; always with icon and word. */
export type Tone = 'running' | 'good' | 'warning' | 'bad' | 'waiting' | 'neutral';

const LOOK: Record<Tone, { color: string; icon: ReactNode }> = {
  running: { color: 'processing', icon: <SyncOutlined /> },
  good: { color: 'success', icon: <CheckCircleOutlined /> },
  warning: { color: 'warning', icon: <ExclamationCircleOutlined /> },
  bad: { color: 'error', icon: <CloseCircleOutlined /> },
  waiting: { color: 'processing', icon: <ClockCircleOutlined /> },
  neutral: { color: 'default', icon: <MinusCircleOutlined /> },
};

export function StatusTag({ tone, label }: { tone: Tone; label: string }) {
  const look = LOOK[tone];
  return (
    <Tag color={look.color} icon={look.icon} className="status-tag">
      {label}
    </Tag>
  );
}
