import { Card, Typography } from 'antd';
import type { ReactNode } from 'react';

type Props = { title?: ReactNode; extra?: ReactNode; hint?: ReactNode; children: ReactNode; flush?: boolean; className?: string };

/** A titled part of a page. */
export function Section({ title, extra, hint, children, flush = false, className }: Props) {
  return (
    <Card
      className={['section', className].filter(Boolean).join(' ')}
      variant="outlined"
      title={title ? <Typography.Title level={2} className="section-title">{title}</Typography.Title> : undefined}
      extra={extra}
      styles={{ body: flush ? { padding: 0 } : { padding: 20 } }}
    >
      {hint ? <p className="section-hint">{hint}</p> : null}
      {children}
    </Card>
  );
}
