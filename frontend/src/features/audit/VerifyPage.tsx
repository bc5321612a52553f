import { FileProtectOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input } from 'antd';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chainQuery } from '@/api/ledger';
import { isDigest } from '@/lib/format';
import { Digest } from '@/ui/Digest';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { PageHeader } from '@/ui/PageHeader';
import { Section } from '@/ui/Section';
import { ReportView } from '@/verification/ReportView';
import { keepGenesis, keptGenesis, loadVerifier, runVerifier } from '@/verification/run';

/** Drop an evidence bundle: it is checked in this browser and goes nowhere. */
export function VerifyPage() {
  const { t } = useTranslation();
  const [genesis, setGenesis] = useState(keptGenesis);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    loadVerifier();
  }, []);
  const chain = useQuery({ ...chainQuery(), refetchInterval: false });
  const trusted = genesis.trim().toLowerCase();
  const wrong = trusted !== '' && !isDigest(trusted);
  const verify = useMutation({
    mutationFn: async (file: File) => ({ name: file.name, ...(await runVerifier({ document: await file.text(), trustedGenesis: trusted || undefined })) }),
  });
  const take = (file: File | undefined) => {
    if (file && !wrong) verify.mutate(file);
  };
  return (
    <>
      <PageHeader title={t('verify:page.title')} purpose={t('verify:page.purpose')} />
      <Section title={t('verify:page.anchor')} hint={t('verify:page.anchorHint')}>
        <Form layout="vertical">
          <Form.Item
            label={t('verify:page.genesis')}
            htmlFor="trusted-genesis"
            validateStatus={wrong ? 'error' : ''}
            help={wrong ? t('verify:page.notDigest') : undefined}
            className="flush-item"
          >
            <Input
              id="trusted-genesis"
              className="mono"
              value={genesis}
              maxLength={64}
              allowClear
              onChange={(e) => {
                setGenesis(e.target.value);
                const v = e.target.value.trim().toLowerCase();
                if (v === '' || isDigest(v)) keepGenesis(v);
              }}
            />
          </Form.Item>
        </Form>
        {chain.data ? (
          <p className="muted flush-p gap-above">
            {t('verify:page.ofThisNode')} <Digest value={chain.data.genesis} />
            {t('verify:page.ofThisNodeHint')}
          </p>
        ) : null}
      </Section>
      <div
        className={over ? 'drop over gap-below' : 'drop gap-below'}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(e) => {
          e.preventDefault();
          setOver(false);
          take(e.dataTransfer.files[0]);
        }}
      >
        <FileProtectOutlined aria-hidden style={{ fontSize: 34 }} />
        <p>{t('verify:page.drop')}</p>
        <input ref={input} type="file" accept=".json,application/json" hidden aria-label={t('verify:page.choose')} onChange={(e) => take(e.target.files?.[0])} />
        <Button type="primary" loading={verify.isPending} disabled={wrong} onClick={() => input.current?.click()}>
          {t('verify:page.choose')}
        </Button>
        <p className="muted">{t('verify:page.stays')}</p>
      </div>
      {verify.error ? <ErrorPanel error={verify.error} /> : null}
      {verify.data ? (
        <section aria-live="polite" aria-label={t('verify:page.result')}>
          <h2 className="wizard-question">{t('verify:page.resultOf', { name: verify.data.name })}</h2>
          <ReportView report={verify.data.report} ms={verify.data.ms} />
        </section>
      ) : (
        <Alert type="info" showIcon title={t('verify:page.cli')} description={<code>{t('verify:page.command')}</code>} />
      )}
    </>
  );
}
