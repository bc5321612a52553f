import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { aboutQuery } from '@/api/session';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';

const WAYS = ['owner', 'requester', 'auditor', 'operator'] as const;
const KEYS = ['search', 'palette', 'home', 'catalog', 'datasets', 'tasks', 'approvals', 'evidence', 'ledger', 'help'] as const;

/** The way of a task, what each role does, keys, whom to ask. */
export function HelpPage() {
  const { t } = useTranslation();
  const about = useQuery(aboutQuery());
  return (
    <>
      <PageHeader title={t('help:title')} purpose={t('help:purpose')} />
      <div className="cols">
        <div>
          <Section title={t('help:way.title')}>
            <ol className="plain-list">
              {([1, 2, 3, 4, 5, 6, 7] as const).map((n) => (
                <li key={n}>{t(`help:way.step${n}`)}</li>
              ))}
            </ol>
          </Section>
          <Section title={t('help:errors.title')}>
            <p className="flush-p">{t('help:errors.hint')}</p>
            <Link to="/help/errors">{t('help:errors.open')}</Link>
          </Section>
          {about.data ? (
            <Section title={t('help:contact.title')}>
              <Properties
                columns={1}
                items={[
                  { label: t('help:contact.name'), value: about.data.contact.name },
                  { label: t('help:contact.phone'), value: about.data.contact.phone },
                  { label: t('help:contact.email'), value: about.data.contact.email },
                  { label: t('help:contact.version'), value: <code>{about.data.version}</code> },
                  { label: t('help:contact.chain'), value: <code>{about.data.chain}</code> },
                ]}
              />
            </Section>
          ) : null}
        </div>
        <div>
          <Section title={t('help:role.title')}>
            {WAYS.map((w) => (
              <div key={w} className="help-role">
                <strong>{t(`help:role.${w}`)}</strong>
                <p className="flush-p">{t(`help:role.${w}Does`)}</p>
              </div>
            ))}
          </Section>
          <Section title={t('help:keys.title')}>
            <table className="keys">
              <tbody>
                {KEYS.map((k) => (
                  <tr key={k}>
                    <th scope="row">
                      <kbd>{t(`help:keys.${k}`)}</kbd>
                    </th>
                    <td>{t(`help:keys.${k}Does`)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Section>
        </div>
      </div>
    </>
  );
}
