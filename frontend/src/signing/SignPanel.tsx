import { LockOutlined } from '@ant-design/icons';
import { Alert, Button, Collapse, Form, Input, Skeleton } from 'antd';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { previewQuery, type Action } from '@/api/previews';
import type { S } from '@/api/types';
import { Digest } from '@/ui/Digest';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { Section } from '@/ui/Section';
import { Verdict } from '@/ui/Verdict';

type Props<T> = {
  action: Action;
  /** The verb on the button, e.g. 提交申请. */
  verb: string;
  danger?: boolean;
  /** Sends the previewed request with the person's consent. */
  submit: (action: Action, signing: S['Signing']) => Promise<T>;
  onDone: (result: T) => void;
  /** For a dialog: the passphrase stays in sight. */
  compact?: boolean;
  /** Shown between what is signed and the passphrase. */
  children?: ReactNode;
};

/** Exactly what will be signed, the verdict, what others learn; then the person's passphrase. */
export function SignPanel<T>({ action, verb, danger = false, compact = false, submit, onDone, children }: Props<T>) {
  const { t, i18n } = useTranslation();
  const preview = useQuery(previewQuery(action, i18n.language));
  if (preview.error && !preview.data) return <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!preview.data) return <Skeleton active className="late" />;
  const p = preview.data;
  return (
    <>
      <Section title={t('signing:what')} hint={t('signing:whatHint')}>
        <Lines lines={p.lines} />
        <Collapse
          ghost
          size="small"
          items={[
            {
              key: 'bytes',
              label: t('signing:bytes', { count: p.canonical.length / 2 }),
              children: <pre className="bytes" tabIndex={0}>{p.canonical}</pre>,
            },
          ]}
        />
        <div className="sign-digest">
          <span className="muted">{t('signing:digest')}</span> <Digest value={p.digest} full />
        </div>
        {p.task ? (
          <div className="sign-digest">
            <span className="muted">{t('signing:task')}</span> <Digest value={p.task} full />
          </div>
        ) : null}
      </Section>
      {compact && p.verdict.allowed ? null : (
        <Section title={t('signing:verdict')} hint={t('signing:verdictHint')}>
          <Verdict verdict={p.verdict} />
        </Section>
      )}
      {compact && p.leakage.length > 0 ? <p className="muted">{p.leakage.join(' ')}</p> : null}
      {!compact && p.leakage.length > 0 ? (
        <Section title={t('signing:leakage')} hint={t('signing:leakageHint')}>
          <ul className="plain-list">
            {p.leakage.map((l) => (
              <li key={l}>{l}</li>
            ))}
          </ul>
        </Section>
      ) : null}
      {children}
      <PassphraseForm
        verb={verb}
        danger={danger}
        blocked={p.verdict.allowed ? undefined : t('signing:blocked')}
        submit={(passphrase) => submit(p.action, { passphrase, seen_digest: p.digest })}
        onDone={onDone}
      />
    </>
  );
}

/** The signed fields in words, each beside its value, in the groups of the desk. */
export function Lines({ lines }: { lines: S['PreviewLine'][] }) {
  const groups = [...new Set(lines.map((l) => l.group))].map((g) => lines.filter((l) => l.group === g));
  return groups.map((group) => (
    <section key={group[0]?.group}>
      {groups.length > 1 ? <h3 className="sign-group">{group[0]?.group_label}</h3> : null}
      <ul className="sign-lines">
        {group.map((l, i) => (
          <li key={`${l.path}-${i}`} title={l.path}>
            <span className="k">{l.label}</span>
            <span className="v">{l.value}</span>
          </li>
        ))}
      </ul>
    </section>
  ));
}

type FormProps<T> = {
  verb: string;
  danger?: boolean;
  blocked?: string | undefined;
  submit: (passphrase: string) => Promise<T>;
  onDone: (result: T) => void;
};

/** Asks for the person's signing passphrase; forgets it after every try. */
export function PassphraseForm<T>({ verb, danger = false, blocked, submit, onDone }: FormProps<T>) {
  const { t } = useTranslation();
  const [passphrase, setPassphrase] = useState('');
  const sign = useMutation({
    mutationFn: submit,
    onSuccess: onDone,
    onSettled: () => setPassphrase(''),
  });
  return (
    <Section title={t('signing:sign')} hint={t('signing:signHint')}>
      {sign.error ? <ErrorPanel error={sign.error} /> : null}
      {blocked ? <Alert type="warning" showIcon title={blocked} className="gap-below" /> : null}
      <Form layout="vertical" onFinish={() => passphrase !== '' && !blocked && sign.mutate(passphrase)}>
        <div className="sign-row">
          <Form.Item label={t('signing:passphrase')} htmlFor="signing-passphrase">
            <Input.Password
              id="signing-passphrase"
              prefix={<LockOutlined />}
              value={passphrase}
              onChange={(e) => setPassphrase(e.target.value)}
              autoComplete="off"
              disabled={Boolean(blocked)}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" danger={danger} loading={sign.isPending} disabled={Boolean(blocked) || passphrase === ''}>
            {sign.isPending ? t('signing:waiting') : verb}
          </Button>
        </div>
      </Form>
    </Section>
  );
}
