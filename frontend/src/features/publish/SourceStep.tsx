import { Button, Radio, Space } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sourcesQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { bytes, count, type Lang } from '@/lib/format';
import { SourcePicker } from '@/sources/SourcePicker';
import { Async } from '@/ui/Async';
import { Section } from '@/ui/Section';

/** Which file: one that is registered, or a new one. */
export function SourceStep({ chosen, onChosen }: { chosen: string; onChosen: (s: S['Source']) => void }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const sources = useQuery(sourcesQuery({ state: 'active', limit: '100' }));
  if (adding) {
    return (
      <>
        <SourcePicker
          onRegistered={(s) => {
            void client.invalidateQueries({ queryKey: ['sources'] });
            onChosen(s);
            setAdding(false);
          }}
        />
        <Button onClick={() => setAdding(false)}>{t('common:back')}</Button>
      </>
    );
  }
  return (
    <Section hint={t('publish:connect.hint')}>
      <Async query={sources}>
        {(page) => (
          <Radio.Group
            aria-label={t('publish:question.connect')}
            value={chosen || null}
            onChange={(e) => {
              const s = page.items.find((x) => x.id === e.target.value);
              if (s) onChosen(s);
            }}
          >
            <Space orientation="vertical" size={10}>
              {page.items.map((s) => (
                <Radio key={s.id} value={s.id} disabled={!s.available}>
                  <strong>{s.name}</strong>{' '}
                  <span className="muted">
                    {t('publish:connect.facts', {
                      kind: t(`sources:kind.${s.kind}`),
                      columns: s.columns.length,
                      rows: s.rows === null ? t('common:none') : count(s.rows, lang),
                      size: bytes(s.bytes, lang),
                    })}
                    {s.available ? '' : ` · ${t('sources:missing')}`}
                  </span>
                </Radio>
              ))}
              {page.items.length === 0 ? <span className="muted">{t('publish:connect.none')}</span> : null}
            </Space>
          </Radio.Group>
        )}
      </Async>
      <div className="section-foot">
        <Button onClick={() => setAdding(true)}>{t('publish:connect.new')}</Button>
      </div>
    </Section>
  );
}
