/**
 * Were the grants and the columns' policy enough? The catalogue as the transactions up to a point tell it, asked
 * when the task was proposed and each time it was made ready. Deny by default.
 */

import type { OpenItem } from './bundle';
import { releasedTo } from './result';
import { thirdOf, type Column, type Genesis, type Scope, type TaskSpec } from './structures';

type Party = TaskSpec['parties'][number];
type Disclosure = Scope['columns'][number]['disclosure'];

interface Data {
  owner: string;
  columns: Column[];
  versions: Set<bigint>;
  frozen: boolean;
}

interface Given {
  dataset: string;
  grantor: string;
  grantee: string;
  scope: Scope;
  used: bigint;
  revoked: boolean;
}

interface Need {
  column: string;
  disclosure: Disclosure;
  notGranted: string;
  forbidden: string;
}

export class Catalogue {
  readonly #members: Map<string, 'active' | 'frozen'>;
  readonly #datasets = new Map<string, Data>();
  readonly #applications = new Map<string, { dataset: string; applicant: string }>();
  readonly #grants = new Map<string, Given>();

  constructor(genesis: Genesis) {
    this.#members = new Map(genesis.organisations.map((o) => [o.id, o.status]));
  }

  /** Takes an applied transaction into account. */
  apply(item: OpenItem): void {
    const { action, sender } = item.tx;
    switch (action.kind) {
      case 'dataset_publish':
        this.#datasets.set(action.dataset, {
          owner: sender.org,
          columns: action.columns,
          versions: new Set([1n]),
          frozen: false,
        });
        break;
      case 'dataset_version_add':
        this.#datasets.get(action.dataset)?.versions.add(action.version);
        break;
      case 'dataset_policy_set':
        this.#change(action.dataset, { columns: action.columns });
        break;
      case 'dataset_status_set':
        this.#change(action.dataset, { frozen: action.status === 'frozen' });
        break;
      case 'application_submit':
        this.#applications.set(action.application, { dataset: action.dataset, applicant: sender.org });
        break;
      case 'application_review': {
        const application = this.#applications.get(action.application);
        if (application === undefined || action.decision.kind !== 'approve') break;
        const { grant, scope } = action.decision;
        const { dataset, applicant: grantee } = application;
        this.#grants.set(grant, { dataset, grantor: sender.org, grantee, scope, used: 0n, revoked: false });
        break;
      }
      case 'grant_revoke': {
        const grant = this.#grants.get(action.grant);
        if (grant !== undefined) grant.revoked = true;
        break;
      }
      default:
        break;
    }
    for (const event of item.receipt.events) {
      const grant = event.kind === 'grant_used' && event.grant !== undefined ? this.#grants.get(event.grant) : undefined;
      if (grant !== undefined) grant.used += 1n;
    }
  }

  #change(dataset: string, change: Partial<Data>): void {
    const data = this.#datasets.get(dataset);
    if (data !== undefined) Object.assign(data, change);
  }

  /** The first reason why the party's part of the task is not permitted now. */
  denies(spec: TaskSpec, party: Party, nowMs: bigint, useTaken: boolean): string | undefined {
    if (nowMs > spec.not_after_ms) return 'deadline_passed';
    const outside = this.deniesMember(party.org);
    if (outside !== undefined) return outside;
    const data = this.#datasets.get(party.dataset);
    if (data === undefined) return 'dataset_unknown';
    if (data.owner !== party.org) return 'dataset_not_of_party';
    if (data.frozen) return 'dataset_frozen';
    if (!data.versions.has(party.version)) return 'dataset_version_unknown';
    const column = (name: string) => data.columns.find((c) => c.name === name);
    const user = releasedTo(spec, party.org);
    if (user === undefined) {
      const known = [...party.keys, ...party.payload].every((name) => column(name) !== undefined);
      return known ? undefined : 'column_unknown';
    }
    const denied = this.#grantDenies(spec, party, user, nowMs, useTaken);
    if (denied !== undefined) return denied;
    for (const need of needs(spec, party)) {
      const there = column(need.column);
      if (there === undefined) return 'column_unknown';
      if (!permits(there, user, spec.purpose, need.disclosure, nowMs)) return need.forbidden;
    }
    return undefined;
  }

  /** Why an organisation may not take part at all. */
  deniesMember(org: string): string | undefined {
    const member = this.#members.get(org);
    if (member === undefined) return 'organisation_unknown';
    return member === 'frozen' ? 'organisation_frozen' : undefined;
  }

  #grantDenies(spec: TaskSpec, party: Party, user: string, nowMs: bigint, useTaken: boolean): string | undefined {
    if (party.grant === undefined) return 'grant_missing';
    const grant = this.#grants.get(party.grant);
    if (grant === undefined) return 'grant_unknown';
    if (grant.dataset !== party.dataset || grant.grantor !== party.org) return 'grant_other_dataset';
    if (grant.grantee !== user) return 'grant_other_grantee';
    if (grant.revoked) return 'grant_revoked';
    if (nowMs > grant.scope.not_after_ms) return 'grant_expired';
    if (!useTaken && grant.used >= grant.scope.uses) return 'grant_used_up';
    if (grant.scope.purpose !== spec.purpose) return 'purpose_not_granted';
    if (!grant.scope.kinds.includes(spec.kind.kind)) return 'kind_not_granted';
    for (const need of needs(spec, party)) {
      const given = grant.scope.columns.some(
        (u) => u.column === need.column && includes(u.disclosure, need.disclosure),
      );
      if (!given) return need.notGranted;
    }
    return undefined;
  }
}

/**
 * Of rows, keys are joined on and payload is shown for matched ones; a third sees no keys. Otherwise nothing but a number
 * or an aggregate is shown.
 */
function needs(spec: TaskSpec, party: Party): Need[] {
  const rows = spec.kind.kind === 'psi' && spec.kind.output.kind === 'rows';
  const ofKeys: Disclosure = rows && thirdOf(spec) === undefined ? 'PLAINTEXT_AFTER_JOIN' : 'ENCRYPTED_ONLY';
  const ofPayload: Disclosure = rows ? 'PLAINTEXT_AS_JOIN_PAYLOAD' : 'PLAINTEXT_AFTER_AGGREGATE';
  return [
    ...party.keys.map(
      (column): Need => ({
        column,
        disclosure: ofKeys,
        notGranted: 'key_not_granted',
        forbidden: 'key_forbidden',
      }),
    ),
    ...party.payload.map(
      (column): Need => ({
        column,
        disclosure: ofPayload,
        notGranted: 'payload_not_granted',
        forbidden: 'payload_forbidden',
      }),
    ),
  ];
}

/** Plain text includes every use, and a key whose matches are shown may be matched without showing them. */
function includes(have: Disclosure, need: Disclosure): boolean {
  return (
    have === need || have === 'PLAINTEXT' || (have === 'PLAINTEXT_AFTER_JOIN' && need === 'ENCRYPTED_ONLY')
  );
}

function permits(column: Column, user: string, purpose: string, need: Disclosure, nowMs: bigint): boolean {
  return column.rules.some(
    (rule) =>
      (rule.grantee.org === undefined || rule.grantee.org === user) &&
      (rule.purpose === undefined || rule.purpose === purpose) &&
      includes(rule.allow, need) &&
      (rule.not_after_ms === undefined || nowMs <= rule.not_after_ms),
  );
}
