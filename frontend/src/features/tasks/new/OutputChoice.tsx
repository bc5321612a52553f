import { Alert, Checkbox, Radio, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { Section } from '@/ui/Section';
import { OUTPUTS, summable, withFunctions, withOutput, type OutputChoice as Choice } from './output';
import type { StepProps } from './step';

/** Rows, a number, or aggregates: what the receiver is given. */
export function OutputChoice({ value, set }: Pick<StepProps, 'value' | 'set'>) {
  const { t } = useTranslation();
  return (
    <Section title={t('newTask:output.title')} hint={t('newTask:output.hint')}>
      <Radio.Group aria-label={t('newTask:output.title')} value={value.output} onChange={(e) => set(withOutput(value, e.target.value as Choice))}>
        <Space orientation="vertical">
          {OUTPUTS.map((o) => (
            <Radio key={o} value={o}>
              {t(`newTask:output.${o}.name`)} <span className="muted">{t(`newTask:output.${o}.hint`)}</span>
            </Radio>
          ))}
        </Space>
      </Radio.Group>
    </Section>
  );
}

type FunctionsProps = Pick<StepProps, 'value' | 'set'> & { columns: S['Column'][]; granted: Set<string> };

/** Which sums and averages of the other side's columns. */
export function Functions({ value, set, columns, granted }: FunctionsProps) {
  const { t } = useTranslation();
  const numbers = columns.filter(summable);
  const has = (f: S['Aggregate']) => value.functions.some((g) => g.function === f.function && g.column === f.column);
  const toggle = (f: S['Aggregate'], on: boolean) => {
    const all = numbers.flatMap((c) => FUNCTIONS.map((name): S['Aggregate'] => ({ function: name, column: c.name })));
    set(withFunctions(value, all.filter((g) => (g.function === f.function && g.column === f.column ? on : has(g)))));
  };
  return (
    <Section title={t('newTask:output.functions')} hint={t('newTask:output.functionsHint')}>
      {numbers.length === 0 ? (
        <Alert type="warning" showIcon title={t('newTask:output.noNumbers')} />
      ) : (
        <fieldset className="facet" aria-label={t('newTask:output.functions')}>
          {numbers.map((c) => {
            const closed = !granted.has(c.name);
            return (
              <Space key={c.name} wrap>
                <code>{c.name}</code>
                {FUNCTIONS.map((name) => (
                  <Checkbox key={name} disabled={closed} checked={has({ function: name, column: c.name })} onChange={(e) => toggle({ function: name, column: c.name }, e.target.checked)}>
                    {t(`newTask:output.function.${name}`)}
                    <span className="sr-only"> {c.name}</span>
                  </Checkbox>
                ))}
                <span className="muted">{closed ? t('newTask:output.notGranted') : c.description}</span>
              </Space>
            );
          })}
        </fieldset>
      )}
    </Section>
  );
}

const FUNCTIONS = ['sum', 'average'] as const satisfies readonly S['AggregateFunction'][];
