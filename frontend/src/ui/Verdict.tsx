import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { OrgTag } from './OrgTag';

/** The policy verdict, line by line: whose rule, about what, why, and the smallest change that would allow it. */
export function Verdict({ verdict, quiet = false }: { verdict: S['PolicyVerdict']; quiet?: boolean }) {
  const { t } = useTranslation();
  const refused = verdict.lines.filter((l) => !l.allowed).length;
  return (
    <>
      {quiet ? null : (
        <Alert
          showIcon
          className="verdict-sum"
          type={verdict.allowed ? 'success' : 'error'}
          title={verdict.allowed ? t('common:verdict.allowed') : t('common:verdict.refused', { count: refused })}
          description={t('common:verdict.height', { height: verdict.height })}
        />
      )}
      <ul className="verdict">
        {verdict.lines.map((l, i) => (
          <li key={`${i}-${l.code}`}>
            {l.allowed ? (
              <CheckCircleFilled className="good" aria-label={t('common:verdict.yes')} />
            ) : (
              <CloseCircleFilled className="bad" aria-label={t('common:verdict.no')} />
            )}
            <div>
              <div className="verdict-what">
                {l.organisation ? <OrgTag org={l.organisation} small /> : null}
                {l.dataset ? <code>{l.column ? `${l.dataset} · ${l.column}` : l.dataset}</code> : null}
                {l.wanted ? <span className="muted">{t(`common:use.${l.wanted}`)}</span> : null}
                {l.allowed ? null : <code>{l.code}</code>}
              </div>
              <div className="why">{l.explanation}</div>
              {l.remedy ? (
                <div className="why">
                  <strong>{t('common:remedy')}</strong> {l.remedy}
                </div>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
