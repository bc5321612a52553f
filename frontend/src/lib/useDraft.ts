import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { createDraft, deleteDraft, draftQuery, updateDraft } from '@/api/drafts';
import type { S } from '@/api/types';

const PAUSE_MS = 1200;

export type SaveState = 'new' | 'saving' | 'saved' | 'failed';

type Options<T> = {
  kind: S['DraftKind'];
  /** Id from the URL; absent for a new draft. */
  id: string | undefined;
  /** A constant: the same object on every render. */
  initial: T;
  /** Title for the list of drafts. */
  titleOf: (value: T) => string;
  /** Told once, when the first save gave the draft an id. */
  onCreated: (id: string) => void;
};

/** What a person types into a wizard, kept on the desk: left and resumed at will. Never holds a passphrase. */
export function useDraft<T extends object>({ kind, id, initial, titleOf, onCreated }: Options<T>) {
  const client = useQueryClient();
  const kept = useQuery({ ...draftQuery(id ?? ''), enabled: id !== undefined });
  const [value, setValue] = useState<T>(initial);
  const [loaded, setLoaded] = useState<string | undefined>(undefined);
  const [state, setState] = useState<SaveState>('new');
  const ref = useRef({ id: undefined as string | undefined, version: 0, timer: 0, here: true, busy: false, again: false, dropped: false, value: initial });

  useEffect(() => {
    // A draft made here has its id already; one that was opened has not.
    if (!kept.data || kept.data.id === ref.current.id) return;
    const merged = { ...initial, ...(kept.data.content as Partial<T>) };
    ref.current = { ...ref.current, id: kept.data.id, version: kept.data.version, value: merged };
    setValue(merged);
    setLoaded(kept.data.id);
    setState('saved');
  }, [initial, kept.data]);

  const saveNow = useCallback(async () => {
    const r = ref.current;
    if (r.dropped) return;
    if (r.busy) {
      r.again = true;
      return;
    }
    r.busy = true;
    setState('saving');
    const body = { title: titleOf(r.value), content: r.value as Record<string, never> };
    try {
      if (r.id === undefined) {
        const d = await createDraft({ kind, ...body });
        r.id = d.id;
        r.version = d.version;
        client.setQueryData(draftQuery(d.id).queryKey, d);
        if (r.here) onCreated(d.id);
      } else {
        r.version = (await updateDraft(r.id, r.version, body)).version;
      }
      setState('saved');
    } catch {
      // The wizard goes on; the person sees that it is not saved.
      setState('failed');
    } finally {
      r.busy = false;
      if (r.again) {
        r.again = false;
        void saveNow();
      }
    }
  }, [client, kind, onCreated, titleOf]);

  const set = useCallback(
    (change: Partial<T>) => {
      setValue((old) => {
        const next = { ...old, ...change };
        ref.current.value = next;
        return next;
      });
      // Said at once: what was just typed is not kept yet.
      setState('saving');
      window.clearTimeout(ref.current.timer);
      ref.current.timer = window.setTimeout(() => {
        ref.current.timer = 0;
        void saveNow();
      }, PAUSE_MS);
    },
    [saveNow],
  );

  /** The thing was signed: the draft has done its work. */
  const drop = useCallback(async () => {
    const r = ref.current;
    r.dropped = true;
    window.clearTimeout(r.timer);
    r.timer = 0;
    if (r.id !== undefined) await deleteDraft(r.id).catch(() => undefined);
    void client.invalidateQueries({ queryKey: ['drafts'] });
  }, [client]);

  useEffect(() => {
    const r = ref.current;
    r.here = true;
    return () => {
      r.here = false;
      // Leaving the page does not lose the last words.
      if (r.timer === 0) return;
      window.clearTimeout(r.timer);
      r.timer = 0;
      void saveNow();
    };
  }, [saveNow]);

  const ready = id === undefined || loaded === id || ref.current.id === id;
  return { value, set, state, ready, error: kept.error, drop };
}
