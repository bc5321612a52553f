import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { eventsOf, progressQuery } from './tasks';
import type { S } from './types';

const FINAL: readonly S['TaskState'][] = ['completed', 'disputed', 'rejected', 'cancelled'];

/** True when no further progress can come. */
export function isFinal(state: S['TaskState']): boolean {
  return FINAL.includes(state);
}

/** How progress reaches this page. */
export type Feed = 'live' | 'polling' | 'ended';

/** Progress of a task: server-sent events, polling where those do not come through. */
export function useProgress(task: string, state: S['TaskState']) {
  const client = useQueryClient();
  const [feed, setFeed] = useState<Feed>('polling');
  const over = isFinal(state);
  const query = useQuery({ ...progressQuery(task), refetchInterval: over || feed === 'live' ? false : 2_000 });

  useEffect(() => {
    if (over) {
      setFeed('ended');
      return;
    }
    const source = new EventSource(eventsOf(task));
    const onData = (event: MessageEvent<string>) => {
      const next = JSON.parse(event.data) as S['TaskProgress'];
      setFeed('live');
      client.setQueryData(progressQuery(task).queryKey, next);
      if (next.state !== state) void client.invalidateQueries({ queryKey: ['tasks', task], exact: true });
      // The desk closes the stream after the last state; without this the browser would open it again.
      if (isFinal(next.state)) source.close();
    };
    source.addEventListener('message', onData);
    source.addEventListener('progress', onData);
    // The browser reconnects by itself with Last-Event-ID; until it does, polling fills the gap.
    source.onerror = () => setFeed('polling');
    return () => source.close();
  }, [client, over, state, task]);

  return { query, feed };
}
