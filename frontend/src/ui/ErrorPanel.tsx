import { Alert, Button, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem, type ProblemDocument } from '@/api/errors';
import { CopyButton } from './Digest';

type Words = { title: string; cause: string | undefined; remedy: string | undefined };

/** Words of a problem: our own where the code is known, the desk's otherwise. */
export function useProblemWords(): (p: ProblemDocument) => Words {
  const { t, i18n } = useTranslation();
  return (p) => {
    const own = (part: string) => {
      const key = `errors:${p.code.replaceAll('.', '_')}.${part}`;
      return i18n.exists(key) ? t(key) : undefined;
    };
    return {
      title: own('title') ?? p.title ?? t('errors:unknown.title'),
      cause: p.detail ?? own('cause'),
      remedy: p.remedy ?? own('remedy'),
    };
  };
}

/** What happened, why, what to do, with the code and trace id to copy. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const problem = asProblem(error);
  const { title, cause, remedy } = words(problem);
  const ref = problem.trace_id ? `${problem.code} ${problem.trace_id}` : problem.code;
  return (
    <Alert
      type="error"
      showIcon
      className="error-panel"
      title={title}
      description={
        <>
          {cause && cause !== title ? <p>{cause}</p> : null}
          {problem.errors ? (
            <ul>
              {problem.errors.map((e) => (
                <li key={`${e.pointer}${e.message}`}>
                  {e.pointer ? <code>{e.pointer}</code> : null} {e.message}
                </li>
              ))}
            </ul>
          ) : null}
          {remedy ? (
            <p>
              <strong>{t('common:remedy')}</strong> {remedy}
            </p>
          ) : null}
          <Space size={8} wrap>
            <span className="muted">
              {t('common:errorCode')} <code>{problem.code}</code>
            </span>
            {problem.trace_id ? (
              <span className="muted">
                {t('common:traceId')} <code>{problem.trace_id}</code>
              </span>
            ) : null}
            <CopyButton value={ref} label={t('common:copyErrorRef')} />
            {onRetry ? (
              <Button size="small" onClick={onRetry}>
                {t('common:retry')}
              </Button>
            ) : null}
          </Space>
        </>
      }
    />
  );
}
