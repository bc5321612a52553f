import { Button, Space, Steps } from 'antd';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type WizardStep = { key: string; title: string; question: string };

type Props = {
  steps: WizardStep[];
  at: number;
  /** Goes to a step; steps that are not reachable yet are not offered. */
  onStep: (index: number) => void;
  /** The first step that is not complete; nobody gets beyond it. */
  reachable: number;
  /** Why one cannot go on from here. */
  blocked?: string | undefined;
  status?: ReactNode;
  /** The last step has its own button (it signs). */
  children: ReactNode;
};

/** Three to five steps, each answers one question; can be left and resumed. */
export function Wizard({ steps, at, onStep, reachable, blocked, status, children }: Props) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else heading.current?.focus();
  }, [at]);
  const step = steps[at];
  if (!step) return null;
  return (
    <div className="wizard">
      <Steps
        orientation="vertical"
        size="small"
        current={at}
        onChange={(i) => i <= reachable && onStep(i)}
        items={steps.map((s, i) => ({ key: s.key, title: s.title, disabled: i > reachable }))}
      />
      <div className="wizard-body">
        <h2 className="wizard-question" ref={heading} tabIndex={-1}>
          {step.question}
        </h2>
        {children}
        <div className="wizard-foot">
          <Space>
            <Button disabled={at === 0} onClick={() => onStep(at - 1)}>
              {t('common:previous')}
            </Button>
            <span className="muted" role="status">
              {status}
            </span>
          </Space>
          <Space>
            <span className="muted">{at < steps.length - 1 ? blocked : null}</span>
            {at < steps.length - 1 ? (
              <Button type="primary" disabled={Boolean(blocked)} onClick={() => onStep(at + 1)}>
                {t('common:next')}
              </Button>
            ) : null}
          </Space>
        </div>
      </div>
    </div>
  );
}
