import type { S } from '@/api/types';
import { ago, audit, bank, DAY, hex, hospital, rsj } from './people';
import { taskId } from './tasks';

type Step = { action: string; org: S['OrganisationRef']; who: string; minutes: number; sentence: string; code?: string };

const STEPS: Step[] = [
  { action: 'dataset_publish', org: hospital, who: 'chen.min', minutes: 18 * DAY, sentence: '医院发布数据集 hospital.visits 第 1 版，80,000 行。' },
  { action: 'application_review', org: hospital, who: 'chen.min', minutes: 5 * DAY, sentence: '医院批准人社局的申请 app-20ab90，授权 grant-20ab90，最多 10 次。' },
  { action: 'task_propose', org: rsj, who: 'li.wei', minutes: 3 * DAY + 20, sentence: '人社局发起隐私求交任务“医疗补贴申领人员复核（十月）”。' },
  { action: 'task_approve', org: rsj, who: 'sun.yue', minutes: 3 * DAY + 15, sentence: '人社局批准该任务。' },
  { action: 'task_approve', org: hospital, who: 'wu.bo', minutes: 3 * DAY + 11, sentence: '医院提交批准，但签名账户已冻结。', code: 'account_frozen' },
  { action: 'task_approve', org: hospital, who: 'chen.min', minutes: 3 * DAY + 9, sentence: '医院批准该任务，各方均已批准，任务就绪。' },
  { action: 'task_attest', org: hospital, who: 'node', minutes: 3 * DAY + 8, sentence: '医院的节点报告：读取 80,000 行，参与 77,695 个键。' },
  { action: 'task_attest', org: rsj, who: 'node', minutes: 3 * DAY + 8, sentence: '人社局的节点报告：读取 100,000 行，结果承诺已记录；各方报告一致，任务完成。' },
];

export const evidence: S['EvidenceItem'][] = STEPS.map((s, i) => ({
  transaction: hex(`tx${i}`), height: 2370 + i * 3, index: 0, time: ago(s.minutes), action: s.action, organisation: s.org, actor: `${s.org.id}/${s.who}`, sentence: s.sentence,
  digest: hex(`digest${i}`), accepted: s.code === undefined, code: s.code ?? null, tasks: s.action.startsWith('task') ? [taskId('completed')] : [],
  datasets: s.action.startsWith('task_propose') || s.action.startsWith('dataset') || s.action.startsWith('application') ? ['hospital.visits'] : [],
  grants: s.action === 'application_review' ? ['grant-20ab90'] : [], applications: s.action === 'application_review' ? ['app-20ab90'] : [],
}));

export const timeline: S['EvidenceTimeline'] = {
  subject: taskId('completed'), items: evidence,
  proved: ['医院和人社局的审批人在任务开始前签名批准了同一份规格。', '双方节点报告的收发摘要一致，使用的是账本上登记的数据版本。', '这些记录已被四个共识节点中的至少三个确认。'],
  not_proved: ['双方的原始数据是否真实。', '签名时密钥是否在本人手中。'],
};

export const transactions: S['TransactionSummary'][] = [...evidence].reverse().map((e) => ({
  id: e.transaction, height: e.height, index: e.index, time: e.time, action: e.action, organisation: e.organisation, actor: e.actor, accepted: e.accepted, code: e.code,
}));

export function transaction(id: string): S['Transaction'] | undefined {
  const t = transactions.find((x) => x.id === id);
  if (!t) return undefined;
  return {
    ...t, decoded: { v: 1, chain: 'demo', sender: t.actor, nonce: 12, valid_until: 3020, action: { task_approve: { task: taskId('completed') } } } as never,
    canonical: hex(`canonical${id}`, 412), signature: hex(`sig${id}`, 128), public_key: hex(`pk${t.actor}`, 130), outcome: t.accepted ? '已生效' : '签名账户已冻结，没有任何改变',
    events: t.accepted ? ['task_approved', 'task_ready', 'grant_used'] : [], proof: { note: 'receipt' } as never,
  };
}

const PROPOSERS = [rsj, hospital, bank, audit];

export function block(height: number): S['Block'] {
  const list = transactions.filter((t) => t.height === height);
  return {
    height, hash: hex(`block${height}`), time: list[0]?.time ?? ago(3 * DAY), proposer: PROPOSERS[height % 4] ?? rsj, transactions: list.length, signatures: 4, validators: 4,
    previous_hash: hex(`block${height - 1}`), state_root: hex(`state${height}`), transactions_root: hex(`txs${height}`), receipts_root: hex(`receipts${height}`),
    header: [
      { name: 'height', value: String(height) },
      { name: 'previous', value: hex(`block${height - 1}`) },
      { name: 'state_root', value: hex(`state${height}`) },
    ],
    header_canonical: hex(`header${height}`, 520), round: 0, certificate: PROPOSERS.map((v) => ({ validator: v, signature: hex(`vote${height}${v.id}`, 128) })), transaction_list: list,
  };
}

export const blocks: S['BlockSummary'][] = evidence
  .map((e) => block(e.height))
  .reverse()
  .map(({ height, hash, time, proposer, transactions: n, signatures, validators }) => ({ height, hash, time, proposer, transactions: n, signatures, validators }));

export const chain: S['Chain'] = {
  id: 'demo', suite: 'gm', genesis: hex('genesis'), height: 2417, block_hash: hex('block2417'), time: ago(0.05), state_root: hex('state2417'), transactions: 214, block_interval_ms: 312,
  validators: PROPOSERS, daily: [],
};

export const node = (self: S['OrganisationRef']): S['Node'] => ({
  organisation: self, version: '0.1.0', chain: 'demo', suite: 'gm', height: 2417, block_time: ago(0.05), read_model_height: 2417, database: 'sqlite', started_at: ago(3 * DAY), now: ago(0),
  peers: PROPOSERS.filter((o) => o.id !== self.id).map((o, i) => ({
    organisation: o, address: `10.20.${i + 1}.8:7300`, connected: o.id !== 'audit', rtt_ms: o.id === 'audit' ? null : 3 + i, sent_bytes: 48_230_912, received_bytes: 51_003_392,
  })),
  rooms: [
    { name: 'ledger', healthy: true, detail: '高度 2,417，4 个共识节点中 3 个在线' },
    { name: 'party', healthy: true, detail: '1 个任务在运行' },
    { name: 'desk', healthy: true, detail: '查询库与账本同步' },
  ],
});

export const operations: S['Operation'][] = [
  { id: 903, at: ago(2), operation: 'create_approval', actor: 'sun.yue', path: '/v1/tasks/…/approvals', remote: '10.20.1.31', status: 201, code: null, trace_id: hex('t1', 32), duration_ms: 742 },
  { id: 902, at: ago(4), operation: 'create_session', actor: null, path: '/v1/session', remote: '10.20.1.40', status: 401, code: 'wrong_credentials', trace_id: hex('t2', 32), duration_ms: 310 },
  { id: 901, at: ago(9), operation: 'create_task', actor: 'li.wei', path: '/v1/tasks', remote: '10.20.1.30', status: 422, code: 'column_not_permitted', trace_id: hex('t3', 32), duration_ms: 91 },
];

const both = (zh_cn: string, en: string): S['Bilingual'] => ({ zh_cn, en });
export const errorCodes: S['ErrorCode'][] = [
  { code: 'wrong_credentials', layer: 'desk', status: 401, title: both('账户名或密码不对', 'Wrong name or password'), cause: both('账户不存在，或密码不匹配。', 'No such account, or the password does not match.'), remedy: both('请检查后重试，或联系管理员重设密码。', 'Check and try again, or ask the administrator for a new password.') },
  { code: 'column_not_permitted', layer: 'rule', status: 422, title: both('策略不允许这样使用此列', 'The policy does not permit this use'), cause: both('提供方没有允许以这种形式使用此列。', 'The owner permits no such use of the column.'), remedy: both('请去掉此列，或请提供方调整策略。', 'Leave the column out, or ask the owner to change the policy.') },
  { code: 'peer_lost', layer: 'protocol', status: 502, title: both('与对方节点的连接中断', 'The peer was lost'), cause: both('网络中断或对方节点停止。', 'The network broke or the other node stopped.'), remedy: both('检查网络后再次运行。', 'Check the network and run again.') },
];
