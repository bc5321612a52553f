import type { S } from '@/api/types';
import { ago, hex, hospital, rsj } from './people';

const fact = (code: string, text: string): S['AlgorithmFact'] => ({ code, text });

// The words of `backend/server/src/text/algorithm.rs`, the figures of `ledger/types/src/algorithm.rs` with vector kernels.
const FACTS = {
  ccr_hash_aes: '以固定密钥的 AES 构造的相关性稳健散列（CCR）',
  cdh_ristretto255: 'Ristretto255 群上的计算性 Diffie-Hellman 问题困难（基础不经意传输）',
  ddh_ristretto255: 'Ristretto255 群上的判定性 Diffie-Hellman 问题困难',
  one_more_gap_dh_ristretto255: 'Ristretto255 群上的“多一次”间隙 Diffie-Hellman 问题困难',
  dual_lpn_exconv: '对偶 LPN 问题（扩展卷积码、规则噪声）困难；这是较新的假设',
  third_colludes_with_no_party: '注意：接收结果的第三方不与任何数据方串通：只要有一个数据方把共享密钥交给它，它就能离线试出其他各方的全部键',
  third_counts_overlaps: '第三方还得知任意几方之间共有多少个键（包括不属于全部各方的）',
  random_oracle: '散列函数视为随机预言机',
  set_sizes: '各方得知彼此的条目总数',
  deviating_receiver_evades_minimum: '违反协议的接收方可以绕过匹配数下限、得到它所选位置的合计；这会在事后重放中暴露，但不能被当场阻止',
  minimum_reached: '发送方得知匹配数是否达到下限',
  receiver_chooses_guesses: '接收方可以往自己的集合里放入猜测的键来试探；次数以它公布的条目数为限，因此授权限定次数和用途',
  receiver_slack_1_35: '不诚实的接收方最多可以多试探约 35% 的键（编码的余量）',
  epoch_key_opens_all: '在同一数据版本的密钥轮换之前，谁得到发送方的密钥，谁就能对对方保存的下载内容逐一猜测键',
  sender_slack_1_13: '不诚实的发送方最多可以在过滤器里多放约 13% 的键',
  repeated_runs_compare: '两次输入只差一个键的运行，能看出这个键是否匹配',
  stops_early: '没有公平性：一方可以在得到结果后停止；任务会在账本上明确失败',
} as const;
type Code = keyof typeof FACTS;

const SECURITY = {
  semi_honest: '半诚实：双方遵守协议时，谁也看不到额外信息。',
  malicious_privacy: '恶意方隐私：一方违反协议也得不到额外信息，但违反协议的发送方可以让匹配丢失而不被发现。',
  malicious: '恶意安全：一方违反协议得不到额外信息，所做的一切都等同于它换了一份自己的输入，否则运行中止。',
} as const;

type Known = {
  title: string;
  summary: string;
  parties?: [number, number];
  outputs: string[];
  security: keyof typeof SECURITY;
  assumptions: Code[];
  leakage: Code[];
  /** Bits per item of receiver and sender, bytes besides, ns and bytes of memory per item, rounds. */
  cost: [number, number, number, number, number, number];
};

const known = (id: string, k: Known): S['Algorithm'] => {
  const [parties_min, parties_max] = k.parties ?? [2, 2];
  const [receiver_item_bits, sender_item_bits, fixed_bytes, item_ns, item_memory_bytes, rounds] = k.cost;
  const facts = (codes: Code[]) => codes.map((c) => fact(c, FACTS[c]));
  return {
    id, version: '1', title: k.title, kind: 'psi', state: 'usable', state_reason: null, registered_digest: hex(`${id}-descriptor`),
    description: {
      summary: k.summary, parties_min, parties_max, outputs: k.outputs, security: k.security, security_text: SECURITY[k.security], assumptions: facts(k.assumptions), leakage: facts(k.leakage),
      cost: { receiver_item_bits, sender_item_bits, fixed_bytes, item_ns, item_memory_bytes, rounds, vectorised: true },
      canonical: hex(`${id}-canonical`, 400), digest: hex(`${id}-descriptor`),
    },
  };
};

const vole: Code[] = ['ccr_hash_aes', 'cdh_ristretto255', 'dual_lpn_exconv', 'random_oracle'];
const usual: Code[] = ['receiver_chooses_guesses', 'repeated_runs_compare', 'set_sizes', 'stops_early'];

export const circuit = known('psi.circuit-gf128', {
  title: '隐私求交汇总（电路 PSI）',
  summary: '只给出匹配的个数、发送方列的合计或平均，不给出哪些键匹配；匹配数不足下限时只告知“不足”。每个键约二十微秒。',
  outputs: ['aggregates', 'cardinality'], security: 'semi_honest', assumptions: vole, leakage: ['deviating_receiver_evades_minimum', 'minimum_reached', ...usual],
  cost: [221, 660, 400_000, 18_200, 470, 30],
});
export const delegated = known('psi.delegated-prf', {
  title: '第三方接收的隐私求交（共享密钥）',
  summary: '数据方用共同的密钥把键变成标签，结果只交给不提供数据的第三方，由它比较标签。快而省流量；但第三方一旦与任何一个数据方串通，就能逐个试出其余各方的键。',
  parties: [2, 8], outputs: ['rows_third'], security: 'semi_honest', assumptions: ['cdh_ristretto255', 'random_oracle', 'third_colludes_with_no_party'],
  leakage: ['repeated_runs_compare', 'set_sizes', 'stops_early', 'third_counts_overlaps'],
  cost: [0, 128, 4_096, 700, 64, 3],
});
export const ecdh = known('psi.ecdh-ristretto255', {
  title: 'ECDH 隐私求交（Ristretto255）',
  summary: '双方轮流用各自的密钥遮盖键，再比较遮盖后的标签。传输量小、假设经典，计算较慢：适合小数据集和慢链路。',
  outputs: ['rows', 'rows_both'], security: 'malicious_privacy', assumptions: ['ddh_ristretto255', 'one_more_gap_dh_ristretto255', 'random_oracle'], leakage: usual,
  cost: [512, 96, 4_096, 14_200, 152, 3],
});
export const rr22 = known('psi.rr22-gf128', {
  title: 'RR22 隐私求交（VOLE）',
  summary: '用不经意线性求值和键值编码生成标签，几乎只用对称密码运算，每个键不到一微秒：适合大数据集。',
  outputs: ['rows', 'rows_both'], security: 'malicious', assumptions: vole, leakage: ['receiver_chooses_guesses', 'receiver_slack_1_35', 'repeated_runs_compare', 'set_sizes', 'stops_early'],
  cost: [177, 128, 150_000, 500, 250, 4],
});
export const rr22Low = known('psi.rr22-low-gf128', {
  title: 'RR22 低流量隐私求交（VOLE）',
  summary: 'RR22 的低流量形式：接收方的编码表每个值只有一半长，传输少三成，计算多一倍：适合慢链路上的大数据集。',
  outputs: ['rows'], security: 'malicious', assumptions: vole, leakage: ['receiver_chooses_guesses', 'receiver_slack_1_35', 'repeated_runs_compare', 'set_sizes', 'stops_early'],
  cost: [80, 128, 190_000, 900, 250, 4],
});
export const star = known('psi.star-opprf', {
  title: '多方隐私求交（OPPRF 星形）',
  summary: '三至八方求共有的键：接收方与每个发送方各做一次可编程不经意伪随机函数，发送方之间用随机份额互相抵消，因此只在部分机构之间共有的键不会显露。',
  parties: [3, 8], outputs: ['rows'], security: 'semi_honest', assumptions: vole, leakage: usual,
  cost: [177, 90, 150_000, 750, 320, 5],
});
export const unbalanced = known('psi.unbalanced-voprf', {
  title: '非平衡隐私求交（VOPRF）',
  summary: '数据多的一方按数据版本计算一次并由对方下载保存，之后每次查询只与数据少的一方的条目数有关，不到一秒：适合少量键反复对大数据集求交。首次运行较慢。',
  outputs: ['rows'], security: 'malicious_privacy', assumptions: ['one_more_gap_dh_ristretto255', 'random_oracle'],
  leakage: ['epoch_key_opens_all', 'receiver_chooses_guesses', 'repeated_runs_compare', 'sender_slack_1_13', 'set_sizes', 'stops_early'],
  cost: [512, 73, 4_096, 92_010, 400, 4],
});

/** One that this node's software describes otherwise than agreed, for the page that lists them. */
export const differing: S['Algorithm'] = {
  id: 'psi.kkrt-oprf', version: '1', title: 'psi.kkrt-oprf', kind: 'psi', state: 'not_in_build', state_reason: '本节点软件不含这个算法的引擎；升级节点软件后可用。',
  registered_digest: hex('other-descriptor'), description: null,
};

/** Sorted by name, as the desk does. */
export const algorithms = [circuit, delegated, ecdh, differing, rr22, rr22Low, star, unbalanced];

export const linkTest: S['LinkTest'] = {
  organisation: hospital, measured_at: ago(0), rtt_us: 3_480, up_bytes_per_s: 61_200_000, down_bytes_per_s: 58_900_000, sent_bytes: 5_593_134, received_bytes: 5_591_051, duration_ms: 894,
};

/** Which output a descriptor must list. */
function codeOf(request: S['PsiEstimateCreate'] | undefined): string {
  const output = request?.output;
  if (output && output.kind !== 'rows') return output.kind;
  if (request && !request.parties.some((p) => p.dataset.startsWith(`${request.receiver}.`))) return 'rows_third';
  return output?.both ? 'rows_both' : 'rows';
}

type Figures = Omit<S['EstimateOption'], 'algorithm' | 'recommended' | 'time_ms' | 'fits'>;
const figures = (compute_ms: number, transfer_ms: number, memory: number, peer: number, traffic_bytes: number): Figures => ({
  compute_ms, transfer_ms, memory_bytes: memory, peer_memory_bytes: peer, traffic_bytes,
});

/** 100,000 rows against 80,000; only what can give the output among so many parties is compared. */
export function psiEstimate(measured: boolean, request?: S['PsiEstimateCreate']): S['PsiEstimate'] {
  const slow = measured ? 1 : 5;
  const all: [S['Algorithm'], Figures][] = [
    [circuit, figures(900, 160 * slow, 81_000_000, 78_000_000, 9_762_500)],
    [delegated, figures(72, 22 * slow, 39_000_000, 45_000_000, 1_284_096)],
    [ecdh, figures(780, 118 * slow, 53_800_000, 47_200_000, 7_364_096)],
    [rr22, figures(172, 62 * slow, 63_000_000, 62_000_000, 3_642_500)],
    [rr22Low, figures(222, 42 * slow, 63_000_000, 62_000_000, 2_470_000)],
    [star, figures(260, 124 * slow, 96_000_000, 66_000_000, 6_525_000)],
    [unbalanced, figures(4_680, 122 * slow, 79_000_000, 48_300_000, 7_134_096)],
  ];
  const parties = request?.parties.length ?? 2;
  const fitting = all.filter(([{ description: d }]) => d && d.parties_min <= parties && parties <= d.parties_max && d.outputs.includes(codeOf(request)));
  const options = fitting.map(([algorithm, f]) => ({ algorithm, ...f, time_ms: f.compute_ms + f.transfer_ms + 80, fits: true }));
  // As the desk does: of those that take two seconds at most, the one with the fewest bytes.
  const [best] = options.filter((o) => o.time_ms <= 2_000).sort((a, b) => a.traffic_bytes - b.traffic_bytes);
  const only = options.length === 1;
  return {
    parties: [
      { organisation: rsj, dataset: 'rsj.social-insurance', version: 2, rows: 100_000, receives: true },
      { organisation: hospital, dataset: 'hospital.visits', version: 2, rows: 80_000, receives: false },
    ],
    link: measured ? { measured_at: linkTest.measured_at, rtt_us: linkTest.rtt_us, bytes_per_s: linkTest.down_bytes_per_s } : { measured_at: null, rtt_us: 20_000, bytes_per_s: 12_500_000 },
    threads: 2, memory_bytes: 6_442_450_944,
    options: options.map((o) => ({ ...o, recommended: o === best })),
    recommended: best ? { id: best.algorithm.id, version: best.algorithm.version } : null,
    reason: !best ? null : only ? 'only_usable' : 'small_and_quick',
    reason_text: !best ? null : only ? '本节点目前只能运行这一种。' : '数据不大，几秒内即可完成；其中它传输的字节最少。',
  };
}
