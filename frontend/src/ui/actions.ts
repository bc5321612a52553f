/** Names of ledger actions, as filters offer them. */
export const ACTIONS = [
  'account_register', 'account_update', 'account_key_rotate', 'dataset_publish', 'dataset_version_add', 'dataset_policy_set', 'dataset_limits_set', 'dataset_status_set',
  'application_submit', 'application_review', 'grant_revoke', 'task_propose', 'task_approve', 'task_reject', 'task_cancel', 'task_retry', 'task_attest',
  'task_fail', 'task_refuse',
] as const;
