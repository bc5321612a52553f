import { useEffect, useRef } from 'react';
import { useNavigate } from '@tanstack/react-router';

const GO: Record<string, string> = { h: '/', c: '/catalog', d: '/data/datasets', t: '/tasks', a: '/approvals', e: '/audit', l: '/ledger' };

const typing = (el: EventTarget | null) =>
  el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));

/** `⌘K` or `Ctrl K`: palette; `/`: search of this list, else palette; `g` then a letter: a page; `?`: help. */
export function useShortcuts(openPalette: () => void): void {
  const navigate = useNavigate();
  const pending = useRef(0);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if ((e.metaKey || e.ctrlKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        openPalette();
        return;
      }
      if (e.metaKey || e.ctrlKey || e.altKey || typing(e.target) || document.querySelector('[role="dialog"]')) return;
      const after = Date.now() - pending.current < 1200;
      pending.current = 0;
      const path = GO[e.key];
      if (after && path) {
        e.preventDefault();
        void navigate({ href: path });
      } else if (e.key === 'g') {
        pending.current = Date.now();
      } else if (e.key === '?') {
        void navigate({ href: '/help' });
      } else if (e.key === '/') {
        e.preventDefault();
        const field = document.querySelector<HTMLInputElement>('[data-list-search] input, input[data-list-search]');
        if (field) field.focus();
        else openPalette();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, openPalette]);
}
