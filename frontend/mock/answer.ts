import type { S } from '@/api/types';
import * as algorithms from './algorithms';
import * as data from './data';
import * as ledger from './ledger';
import { accounts, ago, hex, organisations, people, session, type Persona } from './people';
import * as tasks from './tasks';

export type Answer = { status: number; body?: unknown; text?: string; type?: string };
export type Ask = { method: string; path: string; query: URLSearchParams; body: unknown; persona: Persona | null };

/** Typing this passphrase shows what a refused signature looks like; also by hand. */
export const WRONG_PASSPHRASE = 'wrong passphrase';

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const page = <T>(items: T[]) => ok({ items, next_cursor: null });

export function problem(status: number, code: string, title: string, detail: string, remedy: string, more: object = {}): Answer {
  return { status, type: 'application/problem+json', body: { type: `/v1/error_codes#${code}`, code, title, status, detail, remedy, trace_id: hex(code, 32), errors: [], ...more } };
}

const notFound = () => problem(404, 'not_found', '没有找到', '没有这个对象，或者您不能知道它。', '请检查地址。');
const receipt: S['LedgerReceipt'] = { transaction: hex('receipt'), height: 2418, time: ago(0) };

const KINDS = tasks.TASKS.map((t) => t.kind);
const kindOf = (id: string) => KINDS.find((k) => tasks.taskId(k) === id);

function preview(action: S['PreviewCreate']): S['Preview'] {
  const line = (path: string, label: string, value: string, group = 0): S['PreviewLine'] => ({ path, label, value, group, group_label: group === 0 ? '任务' : `参与方 ${group}` });
  const common = { action, action_name: action.operation, canonical: hex(JSON.stringify(action.operation), 640), digest: hex(`preview${action.operation}`), leakage: [] as string[] };
  switch (action.operation) {
    case 'task_create': {
      const bad = action.request.parties.some((p) => p.payload?.includes('diagnosis'));
      return {
        ...common, task: hex('new-task'), verdict: bad ? tasks.refused : tasks.verdict, leakage: tasks.leakage,
        lines: [
          line('spec.title', '任务名称', action.request.title),
          line('spec.purpose', '用途', action.request.purpose),
          line('spec.parties[0]', '参与方 1', `${action.request.parties[0]?.organisation} · ${action.request.parties[0]?.dataset} 第 2 版，键 ${action.request.parties[0]?.keys.join(', ')}`, 1),
          line('spec.parties[1]', '参与方 2', `${action.request.parties[1]?.organisation} · ${action.request.parties[1]?.dataset} 第 2 版，键 ${action.request.parties[1]?.keys.join(', ')}`, 2),
          line('spec.receiver', '结果接收方', action.request.receiver),
          line('spec.kind.psi.key_rules', '键规则', action.request.key_rules.join(', ')),
          line('spec.kind.psi.duplicates', '重复键', action.request.duplicates),
          line('spec.algorithm', '算法', action.request.algorithm ? `${action.request.algorithm.id}/${action.request.algorithm.version}` : 'psi.rr22-low-gf128/1'),
          line('spec.kind.psi.min_matches', '最小交集门槛', String(action.request.min_matches ?? 0)),
          line('spec.not_after_ms', '最晚开始', action.request.not_after),
          line('spec.salt', '随机数', hex('salt', 32)),
        ],
      };
    }
    case 'approval_create':
      return {
        ...common, task: action.request.task, verdict: tasks.verdict, leakage: tasks.leakage,
        lines: [line('task', '任务编号', action.request.task), line('decision', '决定', action.request.decision), line('as', '代表', '医院')],
      };
    default:
      return {
        ...common, task: null, verdict: { allowed: true, height: 2417, lines: [{ allowed: true, code: 'allowed', organisation: null, dataset: null, column: null, wanted: null, explanation: '签名账户具有所需的角色。', remedy: null }] },
        lines: Object.entries(action.request).map(([k, v]) => line(k, k, typeof v === 'string' ? v : JSON.stringify(v))),
        leakage: ['联盟成员能看到上述内容。'],
      };
  }
}

let linkTested = false;

const drafts = new Map<string, S['Draft']>();

/** Answers as the desk would, from fixtures. */
export function answer({ method, path, query, body, persona }: Ask): Answer {
  const at = path.replace(/^\/v1/, '').split('/').slice(1).map(decodeURIComponent);
  const [resource, id, sub] = at;
  if (resource === 'about') {
    return ok({ organisation: people.owner.organisation, version: '0.1.0', chain: 'demo', contact: { name: '信息中心 王芳', phone: '010-5555 0100', email: 'help@hospital.example' } } satisfies S['About']);
  }
  if (resource === 'session') {
    if (method === 'DELETE') return { status: 204 };
    if (method === 'PUT') return { status: 204 };
    if (method === 'POST') {
      const { password } = body as S['SessionCreate'];
      return password === 'wrong'
        ? problem(401, 'wrong_credentials', '账户名或密码不对', '还可以再试 4 次，之后账户会被锁定 15 分钟。', '请检查后重试；忘记密码请联系管理员。', {
            contact: { name: '信息中心 王芳', phone: '010-5555 0100', email: 'help@hospital.example' },
          })
        : ok(session(persona ?? 'owner'));
    }
    return persona ? ok(session(persona)) : problem(401, 'not_signed_in', '尚未登录', '没有有效的登录。', '请登录。');
  }
  if (!persona) return problem(401, 'not_signed_in', '尚未登录', '没有有效的登录。', '请登录。');
  const self = people[persona].organisation;

  const signing = (body as { signing?: { passphrase?: string } } | null)?.signing;
  if (signing?.passphrase === WRONG_PASSPHRASE) {
    return problem(422, 'wrong_passphrase', '签名口令不对', '用这个口令打不开您的密钥，没有签名，也没有任何内容上链。', '请检查大小写和输入法后重试。');
  }

  switch (resource) {
    case 'home':
      return ok(home(persona));
    case 'search':
      return ok({ items: [{ kind: 'task', id: tasks.taskId('completed'), title: '医疗补贴申领人员复核（十月）' }, { kind: 'dataset', id: 'hospital.visits', title: '门诊就诊记录' }] } satisfies S['SearchResult']);
    case 'organisations':
      if (sub === 'link_tests') {
        linkTested = true;
        return ok(algorithms.linkTest, 201);
      }
      return ok({ items: organisations(self.id) });
    case 'algorithms':
      return ok({ items: algorithms.algorithms } satisfies S['AlgorithmList']);
    case 'psi_estimates':
      return ok(algorithms.psiEstimate(linkTested, body as S['PsiEstimateCreate']));
    case 'accounts':
      return method === 'GET' ? page(accounts) : method === 'POST' ? ok(accounts[1], 201) : id && sub === 'password' ? { status: 204 } : ok(accounts[1]);
    case 'uploads':
      return ok({ id: 'upload-1', filename: query.get('filename') ?? 'a.csv', bytes: 7_340_032 } satisfies S['Upload'], 201);
    case 'source_probes':
      return (body as S['SourceLocation']).path?.includes('missing')
        ? problem(422, 'source_unreadable', '读不到这个文件', '文件不存在，或节点没有读取权限。', '请检查路径和权限。')
        : ok(data.probe);
    case 'sources':
      if (!id) return method === 'POST' ? ok(data.sources[0], 201) : page(data.sources);
      if (sub === 'preparations') {
        return ok({ id: 'prep-1', source: id, dataset: (body as S['PreparationCreate']).dataset, commitment: hex('prep'), rows: 80_000, columns: data.sourceColumns, created_at: ago(0) } satisfies S['Preparation'], 201);
      }
      if (sub === 'key_profiles') {
        const found = data.keyProfile(body as S['KeyProfileCreate']);
        return typeof found === 'string' ? problem(422, found, '所选的键无法统计', '列或规则不符。', '核对列和规则。') : ok(found);
      }
      if (method === 'DELETE') return { status: 204 };
      return ok(data.sources.find((s) => s.id === id) ?? data.sources[0]);
    case 'key_rules':
      return ok({ items: data.keyRules });
    case 'datasets': {
      if (!id && method === 'GET') {
        const mine = query.get('mine') === 'true';
        const q = query.get('q') ?? '';
        const org = query.get('org');
        return page(data.summaries.map((d) => ({ ...d, mine: d.organisation.id === self.id })).filter((d) => (!mine || d.mine) && (!org || d.organisation.id === org) && `${d.title}${d.id}`.includes(q)));
      }
      const d = data.dataset(id ?? 'hospital.visits', self.id);
      if (!d) return notFound();
      return method === 'GET' ? ok(d) : ok({ dataset: d, receipt } satisfies S['DatasetCommitted'], method === 'POST' ? 201 : 200);
    }
    case 'dataset_facets':
      return ok({
        organisations: [{ value: 'hospital', count: 2 }, { value: 'rsj', count: 1 }, { value: 'bank', count: 1 }], classifications: [{ value: 'sensitive', count: 3 }, { value: 'public', count: 1 }],
        themes: [{ value: '医疗健康', count: 2 }, { value: '社会保障', count: 1 }, { value: '金融', count: 1 }],
      } satisfies S['DatasetFacets']);
    case 'applications': {
      const all = data.applications(self.id);
      if (!id && method === 'GET') {
        const wanted = query.get('state');
        return page(all.filter((a) => !wanted || a.state === wanted));
      }
      const a = all.find((x) => x.id === id) ?? all[0];
      return method === 'GET' ? ok(a) : ok({ application: a, receipt }, 201);
    }
    case 'grants': {
      if (!id) {
        const [wanted, side, of] = [query.get('state'), query.get('direction'), query.get('dataset')];
        const on = { given: (g: S['Grant']) => g.grantor.id === self.id, received: (g: S['Grant']) => g.grantee.id === self.id };
        const ours = data.grants.filter((g) => (side ? on[side as keyof typeof on](g) : on.given(g) || on.received(g) || persona === 'auditor'));
        return page(ours.filter((g) => (!wanted || g.state === wanted) && (!of || g.dataset === of)));
      }
      const g = data.grants.find((x) => x.id === id);
      return g ? (method === 'GET' ? ok(g) : ok({ grant: g, receipt }, 201)) : notFound();
    }
    case 'previews':
      return ok(preview(body as S['PreviewCreate']));
    case 'tasks':
      return task(method, id, at.slice(2), query, body, self.id);
    case 'evidence':
      return page(query.get('task') === '' ? [] : [...ledger.evidence].reverse());
    case 'chain':
      return ok(ledger.chain);
    case 'blocks':
      return id ? ok(ledger.block(Number(id))) : page(ledger.blocks);
    case 'transactions': {
      if (!id) return page(ledger.transactions);
      const t = ledger.transaction(id);
      return t ? ok(t) : notFound();
    }
    case 'node':
      return ok(ledger.node(self));
    case 'operations':
      return page(ledger.operations);
    case 'error_codes':
      return ok({ items: ledger.errorCodes });
    case 'drafts': {
      if (method === 'GET' && !id) return page([...drafts.values()].filter((d) => d.kind === query.get('kind')));
      if (method === 'POST') {
        const d: S['Draft'] = { id: `draft-${drafts.size + 1}`, version: 1, updated_at: ago(0), ...(body as S['DraftCreate']) };
        drafts.set(d.id, d);
        return ok(d, 201);
      }
      const old = drafts.get(id ?? '');
      if (!old) return notFound();
      if (method === 'DELETE') {
        drafts.delete(old.id);
        return { status: 204 };
      }
      if (method === 'PUT') {
        const d = { ...old, ...(body as S['DraftUpdate']), version: old.version + 1 };
        drafts.set(d.id, d);
        return ok(d);
      }
      return ok(old);
    }
    default:
      return notFound();
  }
}

function task(method: string, id: string | undefined, rest: string[], query: URLSearchParams, body: unknown, self: string): Answer {
  if (!id) {
    if (method === 'POST') return ok({ task: { ...tasks.detail('proposed', self) }, receipt } satisfies S['TaskCommitted'], 201);
    const state = query.get('state');
    const q = query.get('q') ?? '';
    const needsMe = query.get('needs_me') === 'true';
    return page(KINDS.map((k) => tasks.summary(k, self)).filter((t) => (!state || t.state === state) && t.title.includes(q) && (!needsMe || t.needs_me)));
  }
  const kind = kindOf(id);
  if (!kind) return notFound();
  const t = tasks.detail(kind, self);
  switch (rest[0]) {
    case undefined:
      return ok(t);
    case 'progress':
      return ok(tasks.progress(kind));
    case 'pauses':
    case 'resumptions':
      return ok(tasks.progress(kind), 201);
    case 'events': {
      const events = [0, 1, 2].map((n) => tasks.progress(kind, n)).map((p) => `id: ${p.sequence}\ndata: ${JSON.stringify(p)}\n\n`);
      return { status: 200, type: 'text/event-stream', text: events.join('') };
    }
    case 'log':
      return ok({ items: tasks.log });
    case 'report':
      return ok({ task: t, approval_ms: 360_000, run_ms: 18_400, resumptions: 0, result: self === 'rsj' && kind === 'completed' ? tasks.result : null, own_run: tasks.ownRun(self), cross_checks: tasks.crossChecks(kind === 'disputed'), evidence: ledger.evidence, made_at: ago(0) } satisfies S['TaskReport']);
    case 'result':
      return rest[1] === 'file' ? { status: 200, type: 'text/csv', text: 'id_number,name\n' } : ok(tasks.result);
    case 'consistency_checks':
      return ok(tasks.consistency, 201);
    case 'evidence':
      return ok(ledger.timeline);
    case 'runs':
      return ok({ task: t, receipt: null, refusal: (body as S['RunCreate']).force ? { by: 'hospital', asked_by: 'rsj', code: 'task_not_ready', explanation: '任务还没有全部批准，医院的节点没有读取任何数据。', at: ago(0) } : null } satisfies S['RunStarted'], 201);
    default:
      return ok({ task: t, receipt } satisfies S['TaskCommitted'], 201);
  }
}

function home(persona: Persona): S['Home'] {
  const self = people[persona].organisation.id;
  const todos: S['Todo'][] =
    persona === 'owner'
      ? [
          { kind: 'application_review', id: 'app-7f31c2', title: '门诊就诊记录', from: '人社局', since: ago(46), due: null },
          { kind: 'task_approval', id: tasks.taskId('proposed'), title: '医疗补贴申领人员复核（十一月）', from: '人社局', since: ago(12), due: tasks.spec.not_after },
        ]
      : persona === 'requester'
        ? [
            { kind: 'task_failed', id: tasks.taskId('failed'), title: '门诊记录抽样比对', from: '医院', since: ago(5_700), due: null },
            { kind: 'grant_expiring', id: 'grant-20ab90', title: '门诊就诊记录', from: '医院', since: ago(300), due: tasks.spec.not_after },
          ]
        : [];
  return {
    todo_count: todos.length, todos, tasks: KINDS.slice(0, 5).map((k) => tasks.summary(k, self)),
    datasets: data.summaries.filter((d) => d.organisation.id === self).map((d) => ({ dataset: { ...d, mine: true }, grants_active: 2, tasks_completed: 4 })),
    figures: [
      { name: 'datasets_mine', value: self === 'audit' ? 0 : 2 }, { name: 'datasets_catalogue', value: 4 }, { name: 'grants_given', value: 2 }, { name: 'grants_received', value: 1 },
      { name: 'tasks_running', value: 1 }, { name: 'tasks_completed', value: 4 }, { name: 'evidence', value: 214 }, { name: 'members', value: 4 },
    ],
    guide: [
      { name: 'register_source', done: true }, { name: 'publish_dataset', done: true }, { name: 'apply_for_data', done: true }, { name: 'propose_task', done: persona === 'requester' },
      { name: 'approve_task', done: false }, { name: 'verify_evidence', done: false },
    ],
  };
}
