import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Radio, Segmented, Spin } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createSource, probeSource, uploadFile } from '@/api/sources';
import type { S } from '@/api/types';
import { bytes, count, type Lang } from '@/lib/format';
import { DataTable } from '@/ui/DataTable';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { ProfileTable } from '@/ui/ProfileTable';
import { Section } from '@/ui/Section';

/** A slug of the file's name: what the ledger's ids allow. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^.*[\\/]/, '')
    .replace(/\.[a-z0-9]+$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
}

const kindOf = (name: string): S['SourceKind'] => (/\.parquet$/i.test(name) ? 'parquet' : 'csv');

/** Looks into a file on the node or an uploaded one, shows what is in it, registers it as a source. */
export function SourcePicker({ onRegistered }: { onRegistered: (source: S['Source']) => void }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const [from, setFrom] = useState<'path' | 'upload'>('path');
  const [path, setPath] = useState('');
  const [kind, setKind] = useState<S['SourceKind']>('csv');
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const suggested = useRef({ id: '', name: '' });

  const probe = useMutation({ mutationFn: async (location: S['SourceLocation']) => ({ location, found: await probeSource(location) }) });
  const upload = useMutation({
    mutationFn: uploadFile,
    onSuccess: (u) => {
      const k = kindOf(u.filename);
      setKind(k);
      suggest(u.filename);
      probe.mutate({ kind: k, path: null, upload: u.id });
    },
  });
  const register = useMutation({ mutationFn: createSource, onSuccess: onRegistered });
  // A suggestion follows the file until the person types another.
  const suggest = (file: string) => {
    const next = { id: slugOf(file), name: file.replace(/^.*[\\/]/, '') };
    setId((old) => (old === '' || old === suggested.current.id ? next.id : old));
    setName((old) => (old === '' || old === suggested.current.name ? next.name : old));
    suggested.current = next;
  };
  const look = () => {
    suggest(path);
    probe.mutate({ kind, path: path.trim(), upload: null });
  };
  const take = (file: File | undefined) => {
    if (file) upload.mutate(file);
  };
  const found = probe.data;

  return (
    <>
      <Section title={t('sources:pick.where')} hint={t('sources:pick.whereHint')}>
        <Segmented<'path' | 'upload'>
          className="gap-below"
          aria-label={t('sources:pick.where')}
          value={from}
          onChange={(v) => {
            setFrom(v);
            probe.reset();
          }}
          options={[
            { value: 'path', label: t('sources:pick.onNode') },
            { value: 'upload', label: t('sources:pick.upload') },
          ]}
        />
        {from === 'path' ? (
          <Form layout="vertical" className="narrow-form" onFinish={look}>
            <Form.Item label={t('sources:pick.path')} htmlFor="source-path" extra={t('sources:pick.pathHint')} required>
              <Input
                id="source-path"
                value={path}
                onChange={(e) => {
                  setPath(e.target.value);
                  setKind(kindOf(e.target.value));
                }}
              />
            </Form.Item>
            <Form.Item label={t('sources:column.kind')}>
              <Radio.Group value={kind} onChange={(e) => setKind(e.target.value as S['SourceKind'])} options={(['csv', 'parquet'] as const).map((k) => ({ value: k, label: t(`sources:kind.${k}`) }))} />
            </Form.Item>
            <Button htmlType="submit" type="primary" disabled={path.trim() === ''} loading={probe.isPending}>
              {t('sources:pick.look')}
            </Button>
          </Form>
        ) : (
          <div
            className={over ? 'drop over' : 'drop'}
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
            <InboxOutlined aria-hidden style={{ fontSize: 34 }} />
            <p>{t('sources:pick.drop')}</p>
            <input ref={input} type="file" accept=".csv,.parquet" hidden aria-label={t('sources:pick.choose')} onChange={(e) => take(e.target.files?.[0])} />
            <Button onClick={() => input.current?.click()} loading={upload.isPending || probe.isPending}>
              {t('sources:pick.choose')}
            </Button>
          </div>
        )}
      </Section>
      {upload.error ? <ErrorPanel error={upload.error} /> : null}
      {probe.error ? <ErrorPanel error={probe.error} /> : null}
      {probe.isPending ? <Spin /> : null}
      {found ? (
        <>
          <Section
            flush
            title={t('sources:pick.found', {
              columns: found.found.columns.length,
              rows: found.found.rows === null ? t('common:profile.notCounted') : count(found.found.rows, lang),
              size: bytes(found.found.bytes, lang),
            })}
          >
            {found.found.warnings.map((w) => (
              <Alert key={w} type="warning" showIcon banner title={w} />
            ))}
            <ProfileTable columns={found.found.columns} rows={found.found.rows} />
          </Section>
          {found.found.sample_rows.length > 0 ? (
            <Section flush title={t('sources:pick.sample')} extra={<span className="muted">{t('sources:pick.sampleHint')}</span>}>
              <DataTable
                aria-label={t('sources:pick.sample')}
                size="small"
                pagination={false}
                scroll={{ x: 'max-content' }}
                rowKey={(row) => row.join('\u0000')}
                columns={found.found.columns.map((c, i) => ({ key: c.name, title: <code>{c.name}</code>, render: (_: unknown, row: string[]) => row[i] ?? '' }))}
                dataSource={found.found.sample_rows}
              />
            </Section>
          ) : null}
          <Section title={t('sources:pick.name')} hint={t('sources:pick.nameHint')}>
            {register.error ? <ErrorPanel error={register.error} /> : null}
            <Form layout="vertical" className="narrow-form" onFinish={() => register.mutate({ id: id.trim(), name: name.trim(), location: found.location })}>
              <Form.Item label={t('sources:column.name')} htmlFor="source-name" required>
                <Input id="source-name" value={name} maxLength={120} onChange={(e) => setName(e.target.value)} />
              </Form.Item>
              <Form.Item label={t('sources:pick.id')} htmlFor="source-id" extra={t('sources:pick.idHint')} required>
                <Input id="source-id" value={id} maxLength={64} onChange={(e) => setId(e.target.value)} />
              </Form.Item>
              <Button type="primary" htmlType="submit" loading={register.isPending} disabled={id.trim() === '' || name.trim() === ''}>
                {t('sources:register')}
              </Button>
            </Form>
          </Section>
        </>
      ) : null}
    </>
  );
}
