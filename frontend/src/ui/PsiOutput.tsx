import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';

/** What the receiver of an intersection is given. */
export function PsiOutput({ output }: { output: S['PsiOutput'] | null | undefined }) {
  const { t } = useTranslation();
  if (output?.kind === 'aggregates') return <FunctionList functions={output.functions} />;
  if (output?.kind === 'cardinality') return t('newTask:output.cardinality.name');
  const rows = t(`newTask:output.${output?.join ?? 'inner'}.name`);
  return output?.both ? `${rows} · ${t('newTask:summary.bothSides')}` : rows;
}

/** Aggregates, one after the other. */
export function FunctionList({ functions }: { functions: S['Aggregate'][] }) {
  const { t } = useTranslation();
  return functions.map((f, i) => (
    <span key={`${f.function} ${f.column}`}>
      {i > 0 ? ', ' : ''}
      {t(`newTask:output.function.${f.function}`)} <code>{f.column}</code>
    </span>
  ));
}
