import { useQuery } from '@tanstack/react-query';
import { taskEvidenceQuery } from '@/api/evidence';
import type { S } from '@/api/types';
import { Async } from '@/ui/Async';
import { TaskEvidence } from '@/verification/TaskEvidence';

export function EvidenceTab({ task }: { task: S['TaskDetail'] }) {
  const timeline = useQuery(taskEvidenceQuery(task.id));
  return <Async query={timeline}>{(e) => <TaskEvidence task={task.id} timeline={e} />}</Async>;
}
