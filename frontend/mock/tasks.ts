import type { S } from '@/api/types';
import { ecdh } from './algorithms';
import { ago, ahead, DAY, hex, hospital, rsj } from './people';

type Kind = 'proposed' | 'ready' | 'completed' | 'failed' | 'disputed' | 'cancelled';

export const TASKS: readonly { kind: Kind; title: string; minutes: number }[] = [
  { kind: 'proposed', title: '医疗补贴申领人员复核（十一月）', minutes: 12 },
  { kind: 'ready', title: '医疗补贴申领人员复核（十月补充）', minutes: 26 },
  { kind: 'completed', title: '医疗补贴申领人员复核（十月）', minutes: 3 * DAY },
  { kind: 'failed', title: '门诊记录抽样比对', minutes: 4 * DAY },
  { kind: 'disputed', title: '参保状态核对', minutes: 9 * DAY },
  { kind: 'cancelled', title: '补贴复核（九月）', minutes: 40 * DAY },
];

export const taskId = (kind: Kind) => hex(`task-${kind}`);

export function summary(kind: Kind, self: string): S['TaskSummary'] {
  const t = TASKS.find((x) => x.kind === kind) ?? { title: '', minutes: 0 };
  const finished = kind === 'proposed' || kind === 'ready' ? null : ago(t.minutes - 8);
  return {
    id: taskId(kind), title: t.title, kind: 'psi', purpose: 'subsidy-review', state: kind, involvement: self === 'rsj' ? 'published' : self === 'hospital' ? 'joined' : 'observed',
    needs_me: kind === 'proposed' && self === 'hospital', proposer: rsj, proposed_by: 'rsj/li.wei', parties: [rsj, hospital], receiver: rsj,
    approvals: kind === 'proposed' ? 1 : 2, approvals_needed: 2, attempts: kind === 'proposed' || kind === 'cancelled' ? 0 : 1, proposed_at: ago(t.minutes), not_after: ahead(6 * DAY),
    finished_at: finished, updated_at: ago(Math.max(1, t.minutes - 8)),
  };
}

const line = (allowed: boolean, part: Partial<S['VerdictLine']>): S['VerdictLine'] => ({
  allowed, code: 'allowed', organisation: 'hospital', dataset: 'hospital.visits', column: null, wanted: null, explanation: '', remedy: null, ...part,
});

export const verdict: S['PolicyVerdict'] = {
  allowed: true, height: 2417,
  lines: [
    line(true, { column: 'id_number', wanted: 'PLAINTEXT_AFTER_JOIN', explanation: '策略第 3 版允许人社局以用途 subsidy-review 将此列用于求交。' }),
    line(true, { column: 'visit_date', wanted: 'PLAINTEXT_AS_JOIN_PAYLOAD', explanation: '授权 grant-20ab90 覆盖此列，匹配行可取回。' }),
    line(true, { explanation: '授权 grant-20ab90 有效至期，已用 4 次，共 10 次。' }),
    line(true, { code: 'limit_keys_left', explanation: '周期内检验的键数在限额之内（周期内合计（含本次）：496070；限额：600000；剩余：103930；伙伴：rsj；周期（天）：30）' }),
    line(true, { organisation: 'rsj', dataset: 'rsj.social-insurance', column: 'id_number', wanted: 'PLAINTEXT_AFTER_JOIN', explanation: '接收方使用自己的数据集，无需授权。' }),
  ],
};

export const refused: S['PolicyVerdict'] = {
  allowed: false, height: 2417,
  lines: [
    ...verdict.lines.slice(0, 2),
    line(false, {
      code: 'column_not_permitted', column: 'diagnosis', wanted: 'PLAINTEXT_AS_JOIN_PAYLOAD', explanation: '策略没有允许任何机构取回诊断列。',
      remedy: '请从返回列中去掉 diagnosis，或请医院为此列增加“匹配行可取回”。',
    }),
  ],
};

export const leakage = ['医院会得知人社局参与的键数（99,214）。', '人社局会得知医院参与的键数（77,695）以及自己的哪些行匹配。', '其他成员只看到任务规格和各方报告中的数量，看不到任何键或取值。'];

export const spec: S['TaskCreate'] = {
  kind: 'psi', title: TASKS[0]?.title ?? '', purpose: 'subsidy-review', receiver: 'rsj', key_rules: ['id-cn/1'], duplicates: 'first', format: 'csv', not_after: ahead(6 * DAY), algorithm: { id: 'psi.ecdh-ristretto255', version: '1' }, min_matches: 20,
  attempts_max: 3, salt: hex('salt', 32), rerun_of: null,
  parties: [
    { organisation: 'rsj', dataset: 'rsj.social-insurance', version: 2, keys: ['id_number'], payload: ['name'], grant: null },
    { organisation: 'hospital', dataset: 'hospital.visits', version: 2, keys: ['id_number'], payload: ['visit_date', 'department'], grant: 'grant-20ab90' },
  ],
};

const flow = (organisation: string, ds: string, column: string, disclosure: S['Disclosure'], visible_to: string[]): S['ColumnFlow'] => ({
  organisation, dataset: ds, column, disclosure, visible_to,
});
export const flows: S['ColumnFlow'][] = [
  flow('rsj', 'rsj.social-insurance', 'id_number', 'PLAINTEXT_AFTER_JOIN', []),
  flow('hospital', 'hospital.visits', 'id_number', 'PLAINTEXT_AFTER_JOIN', ['rsj']),
  flow('hospital', 'hospital.visits', 'visit_date', 'PLAINTEXT_AS_JOIN_PAYLOAD', ['rsj']),
  flow('hospital', 'hospital.visits', 'department', 'PLAINTEXT_AS_JOIN_PAYLOAD', ['rsj']),
];

const attestation = (org: 'rsj' | 'hospital'): S['Attestation'] => {
  const receiver = org === 'rsj';
  const [out, back] = receiver ? ['a', 'b'] : ['b', 'a'];
  return {
    organisation: org, role: receiver ? 'receiver' : 'sender', algorithm: 'psi.ecdh-ristretto255/1', parameters: hex('params'),
    dataset: receiver ? 'rsj.social-insurance' : 'hospital.visits', version: 2, commitment: hex(`${receiver ? 'rsj.social-insurance' : 'hospital.visits'}2`),
    rows: receiver ? 100_000 : 80_000, items: receiver ? 99_214 : 77_695, nulls: receiver ? 188 : 412, duplicates: receiver ? 598 : 1_893,
    channels: [{ peer: receiver ? 'hospital' : 'rsj', sent: hex(`channel-${out}`), received: hex(`channel-${back}`), sent_bytes: receiver ? 6_351_904 : 9_142_016, received_bytes: receiver ? 9_142_016 : 6_351_904, peer_items: 77_695 }],
    canaries_ok: receiver ? true : null, seed_commitment: hex(`seed${org}`), result: receiver ? hex('result') : null, software: 'shuzheng 0.1.0',
    started_at: ago(3 * DAY - 2), finished_at: ago(3 * DAY - 2.3),
  };
};

const failure: S['RunFailure'] = {
  organisation: 'hospital', code: 'peer_lost', title: '与对方节点的连接中断', cause: '密文交换进行到一半时，与人社局节点的连接断开，60 秒内没有恢复。',
  remedy: '请双方检查网络（shuzheng doctor），然后由发起方再次运行；已有的批准仍然有效。', detail: '已交换 41,203 / 77,695 个键', at: ago(4 * DAY - 5),
};

export function detail(kind: Kind, self: string): S['TaskDetail'] {
  const s = summary(kind, self);
  const ran = kind === 'completed' || kind === 'failed' || kind === 'disputed' || kind === 'ready';
  const approval = (by: string, m: number): S['Approval'] => ({ by, at: ago(m), height: 2380 });
  const action = (name: S['TaskActionName'], allowed: boolean, reason: string): S['TaskAction'] => ({ name, allowed, reason: allowed ? null : reason });
  const mine = self === 'rsj';
  return {
    ...s, spec: { ...spec, title: s.title }, algorithm: 'psi.ecdh-ristretto255/1', algorithm_detail: ecdh, canonical: hex(`canonical${kind}`, 1046), flows, leakage, verdict,
    party_list: [
      {
        organisation: rsj, is_self: mine, role: 'receiver', spec: spec.parties[0] as S['TaskPartySpec'], dataset_title: '社会保险参保人员', commitment: hex('rsj.social-insurance2'),
        approval: approval('rsj/sun.yue', 10),
      },
      {
        organisation: hospital, is_self: self === 'hospital', role: 'sender', spec: spec.parties[1] as S['TaskPartySpec'], dataset_title: '门诊就诊记录', commitment: hex('hospital.visits2'),
        approval: kind === 'proposed' ? null : approval('hospital/chen.min', 8),
      },
    ],
    third: null,
    previous: kind === 'proposed' ? { task: taskId('completed'), finished_at: ago(3 * DAY), differences: [{ path: 'parties[1].payload', before: 'visit_date', after: 'visit_date, department' }] } : null,
    runs: ran
      ? [{
          attempt: 1, session: hex('session'), ready_at: ago(3 * DAY), height: 2391,
          attestations: kind === 'completed' || kind === 'disputed' ? [attestation('rsj'), attestation('hospital')] : [], failures: kind === 'failed' ? [failure] : [],
        }]
      : [],
    refusals: kind === 'failed' ? [{ by: 'hospital', asked_by: 'rsj', code: 'grant_revoked', explanation: '授权已撤销，医院的节点没有读取任何数据。', at: ago(4 * DAY) }] : [],
    disputes: kind === 'disputed' ? [{ code: 'transcript_differs', explanation: '人社局报告收到的摘要与医院报告发送的摘要不同。' }] : [],
    closed_by: kind === 'cancelled' ? 'rsj/li.wei' : null, closed_reason: kind === 'cancelled' ? '数据版本有误，改用新版本重新发起' : null,
    actions: [
      action('approve', kind === 'proposed' && self === 'hospital', '这个任务不需要您审批'),
      action('cancel', mine && (kind === 'proposed' || kind === 'ready'), '任务已结束'),
      action('run_again', mine && kind === 'failed', '只有失败的任务可以再次运行'),
      action('force_run', mine && kind === 'proposed', '只能对尚未就绪的任务演练'),
      action('download_result', mine && kind === 'completed', '只有接收方可以在任务完成后下载结果'),
      action('consistency_check', self !== 'audit' && kind === 'completed', '任务还没有完成'),
      action('clone', mine, '只有发起方可以'),
    ],
  };
}

export function progress(kind: Kind, step = 0): S['TaskProgress'] {
  const lane = (o: S['OrganisationRef'], done: number, total: number): S['PartyProgress'] => ({
    organisation: o, stage: kind === 'completed' ? 'done' : kind === 'proposed' ? 'waiting' : 'exchanging', stage_index: kind === 'proposed' ? 0 : kind === 'completed' ? 11 : 6, stages: 11,
    done: Math.min(total, done + step * 4_000), total: kind === 'proposed' ? null : total, rows: kind === 'proposed' ? 0 : total + 2_305, sent_bytes: kind === 'proposed' ? 0 : 3_201_120,
    received_bytes: kind === 'proposed' ? 0 : 4_790_016, memory_bytes: 211_812_352, heartbeat_at: new Date(Date.now() - 1_400).toISOString(), eta_ms: kind === 'ready' ? 4_200 : null,
    error: kind === 'failed' && o.id === 'hospital' ? 'peer_lost' : null,
  });
  return {
    task: taskId(kind), state: kind, attempt: kind === 'proposed' ? 0 : 1, session: kind === 'proposed' ? null : hex('session'),
    run: kind === 'ready' ? 'running' : kind === 'failed' ? 'failed' : kind === 'proposed' ? 'waiting' : 'finished', parties: [lane(rsj, 61_000, 99_214), lane(hospital, 41_203, 77_695)],
    resumptions: 0, interruption: null, stall: null, can_pause: kind === 'ready', sequence: 10 + step,
  };
}

export const log: S['TaskLogLine'][] = [
  { at: ago(26), level: 'info', attempt: 1, stage: 'waiting', message: '账本已就绪，会话 4f02…c9' },
  { at: ago(25.9), level: 'info', attempt: 1, stage: 'reading', message: '读取 rsj.social-insurance 第 2 版，100,000 行，承诺与账本一致' },
  { at: ago(25.7), level: 'warn', attempt: 1, stage: 'prepared', message: '键列 id_number：空值 188，重复 598，按规则 id-cn/1 清理 2,204' },
  { at: ago(25.6), level: 'info', attempt: 1, stage: 'exchanging', message: '与医院建立通道，对方宣布 77,695 个键' },
  { at: ago(25.2), level: 'error', attempt: 1, stage: 'exchanging', message: '通道中断（peer_lost），60 秒内未恢复' },
];

export const consistency: S['ConsistencyReport'] = {
  task: taskId('completed'), consistent: true, checked_at: ago(0),
  not_checked: ['对方的数据和记录：由对方在自己的节点检查。', '数据本身是否真实。'],
  items: [
    { name: 'spec', label: '任务规格的摘要', outcome: 'equal', expected: taskId('completed'), actual: taskId('completed'), detail: null },
    { name: 'input_commitment', label: 'rsj.social-insurance 第 2 版的承诺', outcome: 'equal', expected: hex('rsj.social-insurance2'), actual: hex('rsj.social-insurance2'), detail: null },
    { name: 'transcript_sent', label: '发往医院的通道记录', outcome: 'unavailable', expected: hex('channel-a'), actual: null, detail: '通道记录只保留 7 天' },
    { name: 'result', label: '结果文件', outcome: 'equal', expected: hex('result'), actual: hex('result'), detail: null },
  ],
};

export const result: S['TaskResult'] = {
  attempt: 1, format: 'csv', rows: 31_207, bytes: 1_943_551, columns: ['id_number', 'name', 'visit_date', 'department'], commitment: hex('result'), created_at: ago(3 * DAY - 3),
  filename: 'result-subsidy-review.csv',
};

/** What the node measured: at the receiver with canaries and matches, at the other side without. */
export const ownRun = (self: string): S['OwnRun'] | null =>
  self !== 'rsj' && self !== 'hospital'
    ? null
    : {
        attempt: 1, irregular: 12, matched_keys: self === 'rsj' ? 41_207 : null,
        phases: [{ phase: 'reading', took_ms: 1_204 }, { phase: 'agreeing', took_ms: 38 }, { phase: 'exchanging', took_ms: 12_730 }, { phase: 'matching', took_ms: 310 }, { phase: 'confirming', took_ms: 12 }],
        total_ms: 18_400, sent_frames: 61, received_frames: 84, memory_peak_bytes: 214_958_080, joint_canaries_found: self === 'rsj' ? 4 : null,
        private_canaries_absent: self === 'rsj' ? 4 : null, peer_canaries_present: self === 'rsj' ? 4 : null,
      };

export const crossChecks = (disputed: boolean): S['CrossCheck'][] => [
  { code: 'transcript_differs', label: '一方发出的每一帧就是另一方收到的', ok: !disputed },
  { code: 'items_differ', label: '宣布的键数就是声明使用的键数', ok: true },
  { code: 'input_commitment_differs', label: '重新推导的数据承诺就是已发布的版本', ok: true },
  { code: 'canary_failed', label: '哨兵行该找到的都找到，不该找到的都没有', ok: true },
];
