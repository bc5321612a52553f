import { useTranslation } from 'react-i18next';

const text = (v: unknown) => (typeof v === 'string' ? v : '');

/** Whom to ask when one cannot get in. */
export function ContactLines({ contact }: { contact: unknown }) {
  const { t } = useTranslation();
  const c = (typeof contact === 'object' && contact !== null ? contact : {}) as Record<string, unknown>;
  const name = text(c['name']);
  const phone = text(c['phone']);
  const email = text(c['email']);
  if (name === '' && phone === '' && email === '') return <>{t('login:contactNone')}</>;
  return (
    <>
      {name}
      {phone ? <div>{t('login:phone', { phone })}</div> : null}
      {email ? (
        <div>
          <a href={`mailto:${email}`}>{email}</a>
        </div>
      ) : null}
    </>
  );
}
