import { Input, Modal } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { searchQuery } from '@/api/home';
import { isDigest } from '@/lib/format';
import { hitPath } from '@/lib/paths';
import { navFor } from './nav';

type Entry = { key: string; label: string; hint: string; path: string };

/** Where a typed value may lead: a height, a transaction or task digest, a dataset, a page. */
export function Palette({ open, roles, onClose }: { open: boolean; roles: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const q = text.trim().toLowerCase();
  const found = useQuery({ ...searchQuery(useDeferredValue(text.trim())), enabled: open && text.trim().length > 1 });

  const entries = useMemo<Entry[]>(() => {
    const out: Entry[] = [];
    if (/^\d+$/.test(q)) out.push({ key: 'block', label: t('nav:palette.block', { height: q }), hint: t('nav:group.ledger'), path: `/ledger/blocks/${q}` });
    if (isDigest(q)) {
      out.push({ key: 'tx', label: t('nav:palette.transaction'), hint: t('nav:group.ledger'), path: `/ledger/transactions/${q}` });
      out.push({ key: 'task', label: t('nav:palette.task'), hint: t('nav:group.computing'), path: `/tasks/${q}` });
    }
    for (const h of q.length > 1 ? (found.data?.items ?? []) : []) {
      const path = hitPath(h);
      if (!out.some((e) => e.path === path)) out.push({ key: `${h.kind}-${h.id}`, label: h.title || h.id, hint: t(`common:hit.${h.kind}`), path });
    }
    if (q !== '' && !isDigest(q)) {
      out.push({ key: 'search', label: t('nav:palette.catalog', { q: text.trim() }), hint: t('nav:group.catalog'), path: `/catalog?q=${encodeURIComponent(text.trim())}` });
    }
    for (const g of navFor(roles)) {
      for (const i of g.items) {
        const label = t(`nav:item.${i.key}`);
        if (q === '' || `${label} ${t(`nav:group.${g.key}`)} ${i.path}`.toLowerCase().includes(q)) {
          out.push({ key: i.path, label, hint: t(`nav:group.${g.key}`), path: i.path });
        }
      }
    }
    return out;
  }, [found.data, q, roles, t, text]);

  const chosen = Math.min(at, entries.length - 1);
  const go = (e: Entry | undefined) => {
    if (!e) return;
    onClose();
    setText('');
    setAt(0);
    void navigate({ href: e.path });
  };
  const move = (by: number) => {
    const next = Math.max(0, Math.min(entries.length - 1, chosen + by));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };

  return (
    <Modal open={open} onCancel={onClose} footer={null} closable={false} width={560} title={t('nav:palette.title')} destroyOnHidden>
      <Input
        autoFocus
        size="large"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries[chosen] ? `palette-${chosen}` : undefined}
        aria-label={t('nav:palette.title')}
        placeholder={t('nav:palette.placeholder')}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') move(1);
          else if (e.key === 'ArrowUp') move(-1);
          else if (e.key === 'Enter') go(entries[chosen]);
          else return;
          e.preventDefault();
        }}
      />
      <ul id="palette-list" role="listbox" aria-label={t('nav:palette.title')} className="palette-list" ref={list}>
        {entries.map((e, i) => (
          <li key={e.key} id={`palette-${i}`} role="option" aria-selected={i === chosen} onClick={() => go(e)} onMouseMove={() => setAt(i)}>
            <span>{e.label}</span>
            <span className="muted">{e.hint}</span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
