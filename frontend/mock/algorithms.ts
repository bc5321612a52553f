import type { S } from '@/api/types';
import { ago, hex, hospital, rsj } from './people';

const fact = (code: string, text: string): S['AlgorithmFact'] => ({ code, text });

const sizes = fact('set_sizes', '双方得知对方的条目总数');
const guesses = fact('receiver_chooses_guesses', '接收方可以往自己的集合里放入猜测的键来试探；次数以它公布的条目数为限，因此授权限定次数和用途');
const compare = fact('repeated_runs_compare', '两次输入只差一个键的运行，能看出这个键是否匹配');
const early = fact('stops_early', '没有公平性：一方可以在得到结果后停止；任务会在账本上明确失败');

export const circuit: S['Algorithm'] = {
  id: 'psi.circuit-gf128', version: '1', title: '隐私求交汇总（电路 PSI）', kind: 'psi', state: 'usable', state_reason: null, registered_digest: hex('circuit-descriptor'),
  description: {
    summary: '只给出匹配的个数、发送方列的合计或平均，不给出哪些键匹配；匹配数不足下限时只告知“不足”。每个键约二十微秒。', parties_min: 2, parties_max: 2, outputs: ['aggregates', 'cardinality'], security: 'semi_honest',
    security_text: '半诚实：双方遵守协议时，谁也看不到额外信息。',
    assumptions: [fact('dual_lpn_exconv', '对偶 LPN 问题（扩展卷积码、规则噪声）困难；这是较新的假设'), fact('random_oracle', '散列函数视为随机预言机')],
    leakage: [fact('deviating_receiver_evades_minimum', '违反协议的接收方可以绕过匹配数下限、得到它所选位置的合计；这会在事后重放中暴露，但不能被当场阻止'), fact('minimum_reached', '发送方得知匹配数是否达到下限'), guesses, compare, sizes, early],
    cost: { receiver_item_bits: 221, sender_item_bits: 660, fixed_bytes: 400_000, item_ns: 18_200, item_memory_bytes: 470, rounds: 30, vectorised: true },
    canonical: hex('circuit-canonical', 400), digest: hex('circuit-descriptor'),
  },
};

export const ecdh: S['Algorithm'] = {
  id: 'psi.ecdh-ristretto255', version: '1', title: 'ECDH 隐私求交（Ristretto255）', kind: 'psi', state: 'usable', state_reason: null, registered_digest: hex('ecdh-descriptor'),
  description: {
    summary: '双方轮流用各自的密钥遮盖键，再比较遮盖后的标签。传输量小、假设经典，计算较慢：适合小数据集和慢链路。', parties_min: 2, parties_max: 2, outputs: ['rows', 'rows_both'], security: 'malicious_privacy',
    security_text: '恶意方隐私：一方违反协议也得不到额外信息，但违反协议的发送方可以让匹配丢失而不被发现。',
    assumptions: [fact('ddh_ristretto255', 'Ristretto255 群上的判定性 Diffie-Hellman 问题困难'), fact('random_oracle', '散列函数视为随机预言机')],
    leakage: [guesses, compare, sizes, early],
    cost: { receiver_item_bits: 512, sender_item_bits: 96, fixed_bytes: 4_096, item_ns: 76_200, item_memory_bytes: 152, rounds: 3, vectorised: false },
    canonical: hex('ecdh-canonical', 400), digest: hex('ecdh-descriptor'),
  },
};

export const rr22: S['Algorithm'] = {
  id: 'psi.rr22-gf128', version: '1', title: 'RR22 隐私求交（VOLE）', kind: 'psi', state: 'usable', state_reason: null, registered_digest: hex('rr22-descriptor'),
  description: {
    summary: '用不经意线性求值和键值编码生成标签，几乎只用对称密码运算，每个键不到一微秒：适合大数据集。', parties_min: 2, parties_max: 2, outputs: ['rows', 'rows_both'], security: 'malicious',
    security_text: '恶意安全：一方违反协议得不到额外信息，所做的一切都等同于它换了一份自己的输入，否则运行中止。',
    assumptions: [fact('dual_lpn_exconv', '对偶 LPN 问题（扩展卷积码、规则噪声）困难；这是较新的假设'), fact('random_oracle', '散列函数视为随机预言机')],
    leakage: [guesses, fact('receiver_slack_1_35', '不诚实的接收方最多可以多试探约 35% 的键（编码的余量）'), compare, sizes, early],
    cost: { receiver_item_bits: 177, sender_item_bits: 128, fixed_bytes: 150_000, item_ns: 500, item_memory_bytes: 250, rounds: 4, vectorised: true },
    canonical: hex('rr22-canonical', 400), digest: hex('rr22-descriptor'),
  },
};

/** One that this node's software describes otherwise than agreed, for the page that lists them. */
export const differing: S['Algorithm'] = {
  id: 'psi.unbalanced', version: '1', title: 'psi.unbalanced', kind: 'psi', state: 'not_in_build', state_reason: '本节点软件不含这个算法的引擎；升级节点软件后可用。',
  registered_digest: hex('other-descriptor'), description: null,
};

export const algorithms = [circuit, ecdh, rr22, differing];

export const linkTest: S['LinkTest'] = {
  organisation: hospital, measured_at: ago(0), rtt_us: 3_480, up_bytes_per_s: 61_200_000, down_bytes_per_s: 58_900_000, sent_bytes: 5_593_134, received_bytes: 5_591_051, duration_ms: 894,
};

/** 100,000 rows against 80,000. */
export function psiEstimate(measured: boolean): S['PsiEstimate'] {
  const transfer = measured ? 1 : 5;
  return {
    parties: [
      { organisation: rsj, dataset: 'rsj.social-insurance', version: 2, rows: 100_000, receives: true },
      { organisation: hospital, dataset: 'hospital.visits', version: 2, rows: 80_000, receives: false },
    ],
    link: measured ? { measured_at: linkTest.measured_at, rtt_us: linkTest.rtt_us, bytes_per_s: linkTest.down_bytes_per_s } : { measured_at: null, rtt_us: 20_000, bytes_per_s: 12_500_000 },
    threads: 2, memory_bytes: 6_442_450_944,
    options: [
      { algorithm: ecdh, recommended: false, time_ms: 3_960 + 118 * transfer, compute_ms: 3_900, transfer_ms: 118 * transfer, memory_bytes: 53_800_000, peer_memory_bytes: 47_200_000, traffic_bytes: 7_364_096, fits: true },
      { algorithm: rr22, recommended: true, time_ms: 250 + 62 * transfer, compute_ms: 172, transfer_ms: 62 * transfer, memory_bytes: 63_000_000, peer_memory_bytes: 62_000_000, traffic_bytes: 3_642_500, fits: true },
    ],
    recommended: { id: rr22.id, version: rr22.version }, reason: 'small_and_quick', reason_text: '数据不大，几秒内即可完成；其中它传输的字节最少。',
  };
}
