import type { S } from '@/api/types';
import { ago, ahead, bank, DAY, hex, hospital, rsj } from './people';

const rule = (allow: S['Disclosure'], grantee: string | null = null, purpose: string | null = null): S['ColumnRule'] => ({ allow, grantee, purpose, not_after: null });

const column = (name: string, data_type: S['ColumnType'], description: string, sensitivity: S['Sensitivity'], rules: S['ColumnRule'][]): S['Column'] => ({
  name, data_type, description, sensitivity, rules,
});

const visits: S['Column'][] = [
  column('id_number', 'text', '居民身份号码', 'sensitive', [rule('PLAINTEXT_AFTER_JOIN', 'rsj', 'subsidy-review')]),
  column('visit_date', 'date', '就诊日期', 'sensitive', [rule('PLAINTEXT_AS_JOIN_PAYLOAD', 'rsj', 'subsidy-review'), rule('PLAINTEXT_AFTER_AGGREGATE')]),
  column('department', 'text', '科室', 'internal', [rule('PLAINTEXT_AS_JOIN_PAYLOAD', 'rsj', 'subsidy-review'), rule('PLAINTEXT_AFTER_GROUP_BY')]),
  column('diagnosis', 'text', '诊断', 'core', []),
  column('amount', 'number', '费用（元）', 'sensitive', [rule('PLAINTEXT_AFTER_AGGREGATE')]),
];
const insurance: S['Column'][] = [
  column('id_number', 'text', '居民身份号码', 'sensitive', [rule('PLAINTEXT_AFTER_JOIN')]),
  column('name', 'text', '姓名', 'sensitive', []),
  column('insured_since', 'date', '参保日期', 'internal', [rule('PLAINTEXT_AS_JOIN_PAYLOAD', 'bank', 'loan-review'), rule('PLAINTEXT_AS_JOIN_PAYLOAD', 'hospital', 'subsidy-review')]),
  column('employer', 'text', '参保单位', 'internal', []),
];
const loans: S['Column'][] = [
  column('id_number', 'text', '居民身份号码', 'sensitive', [rule('PLAINTEXT_AFTER_JOIN')]),
  column('applied_on', 'date', '申请日期', 'internal', []),
  column('amount', 'number', '申请金额', 'sensitive', []),
];

const summary = (
  id: string, title: string, description: string, organisation: S['OrganisationRef'], classification: S['Sensitivity'], columns: number, rows: number, theme: string,
): S['DatasetSummary'] => ({
  id, title, description, theme, organisation, mine: false, classification, state: 'active', columns, rows, version: 2, kinds: ['psi'],
  published_at: ago(18 * DAY), updated_at: ago(2 * DAY),
});

export const summaries: S['DatasetSummary'][] = [
  summary('hospital.visits', '门诊就诊记录', '2024 年以来的门诊就诊记录，每次就诊一行', hospital, 'sensitive', 5, 80_000, '医疗健康'),
  summary('rsj.social-insurance', '社会保险参保人员', '在保人员名册，每人一行', rsj, 'sensitive', 4, 100_000, '社会保障'),
  { ...summary('bank.loan-applications', '贷款申请', '个人经营贷款申请', bank, 'sensitive', 3, 52_140, '金融'), state: 'frozen' },
  { ...summary('hospital.departments', '科室目录', '', hospital, 'public', 3, 42, '医疗健康'), kinds: [] },
];

const profile = (name: string, nulls: number, duplicates: number, irregular: number, key_rule: string | null): S['SourceColumn'] => ({
  name, source_type: name === 'visit_date' ? 'Date32' : name === 'amount' ? 'Float64' : 'Utf8', data_type: name === 'visit_date' ? 'date' : name === 'amount' ? 'number' : 'text', nulls,
  distinct: 80_000 - duplicates, duplicates: key_rule ? duplicates : null, irregular: key_rule ? irregular : null, key_rule,
});

export const sourceColumns: S['SourceColumn'][] = [
  profile('id_number', 412, 1_893, 2_204, 'id-cn/1'),
  profile('visit_date', 0, 78_311, 0, null),
  profile('department', 17, 79_958, 0, 'text/1'),
  profile('diagnosis', 1_205, 61_040, 0, null),
  profile('amount', 3, 70_112, 0, null),
];

const limitsOfRsj: S['UsageLimits'] = { partner: 'rsj', period_days: 30, runs_max: 10, keys_max: 600_000, run_keys_max: null, run_keys_min: 1_000, min_matches: 20 };

export function dataset(id: string, self: string): S['Dataset'] | undefined {
  const s = summaries.find((x) => x.id === id);
  if (!s) return undefined;
  const column_list = id.startsWith('hospital') ? visits : id.startsWith('rsj') ? insurance : loans;
  const mine = s.organisation.id === self;
  const version = (n: number, days: number): S['DatasetVersion'] => ({
    version: n, commitment: hex(`${id}${n}`), scheme: 'salted-rows/1', rows: s.rows - (2 - n) * 1_204, schema_digest: hex(`schema${id}`),
    published_at: ago(days * DAY), height: 1_204 * n, held_here: mine ? n === 2 : null,
  });
  return {
    ...s, mine, column_list, policy_version: 3, limits: id === 'hospital.visits' ? [limitsOfRsj] : [],
    partner_usage:
      id === 'hospital.visits' && (mine || self === 'rsj')
        ? [{ organisation: rsj, limits: limitsOfRsj, period_days: 30, runs: 4, keys: 396_856, runs_year: 9, last_at: ago(200) }]
        : [],
    versions: [version(2, 2), version(1, 18)],
    sample_rows: [
      column_list.map((c) => (c.data_type === 'date' ? '2024-03-18' : c.data_type === 'number' ? '128.50' : c.name === 'id_number' ? '110101199003070134' : '示例')),
      column_list.map((c) => (c.data_type === 'date' ? '2024-05-02' : c.data_type === 'number' ? '64.00' : c.name === 'id_number' ? '320106198811230258' : '样例')),
    ],
    usage: { applications: 3, applications_pending: 1, grants_active: 2, tasks: 6, tasks_completed: 4, last_used_at: ago(200) },
    source: mine ? 'visits' : null, quality: mine ? sourceColumns.filter((c) => column_list.some((x) => x.name === c.name)) : null,
    published_by: `${s.organisation.id}/${mine ? 'chen.min' : 'li.wei'}`,
  };
}

export const sources: S['Source'][] = [
  {
    id: 'visits', name: '门诊就诊记录.csv', kind: 'csv', path: '/srv/shuzheng/data/hospital-visits.csv', state: 'active', available: true, columns: sourceColumns,
    rows: 80_000, bytes: 7_340_032, datasets: ['hospital.visits'], created_at: ago(18 * DAY),
  },
  {
    id: 'departments', name: '科室目录', kind: 'parquet', path: '/srv/shuzheng/data/departments.parquet', state: 'frozen', available: false,
    columns: sourceColumns.slice(2, 3), rows: 42, bytes: 8_312, datasets: [], created_at: ago(3 * DAY),
  },
];

export const probe: S['SourceProbe'] = { columns: sourceColumns, rows: 80_000, bytes: 7_340_032, warnings: ['3 行的列数与表头不符，已跳过'], sample_rows: [['110101199003070134', '2024-03-18', '示例', '示例', '128.50']] };

/** Of one column as its profile says; several together hardly repeat. */
export function keyProfile({ columns, key_rules }: S['KeyProfileCreate']): S['KeyProfile'] | 'key_columns_count' | 'source_no_column' | 'key_rule_unknown' {
  if (columns.length === 0 || columns.length !== key_rules.length) return 'key_columns_count';
  if (key_rules.some((r) => !keyRules.some((k) => k.id === r))) return 'key_rule_unknown';
  const found = columns.flatMap((name) => sourceColumns.filter((c) => c.name === name));
  if (found.length < columns.length) return 'source_no_column';
  const rows = 80_000;
  const nulls = Math.max(...found.map((c) => c.nulls ?? 0));
  const irregular = Math.max(...found.map((c) => c.irregular ?? 0));
  const repeats = Math.min(...found.map((c) => c.duplicates ?? rows - (c.nulls ?? 0) - (c.distinct ?? 0)));
  const duplicates = columns.length === 1 ? repeats : 0;
  return { rows, nulls, irregular, distinct: rows - nulls - duplicates, duplicates };
}

export const keyRules: S['KeyRule'][] = [
  { id: 'id-cn/1', title: '居民身份号码', description: '去空格、全角转半角、X 大写，15 位升为 18 位，校验码不符的视为不规范。' },
  { id: 'phone-cn/1', title: '手机号码', description: '去掉 +86、空格和连字符，须为 11 位。' },
  { id: 'text/1', title: '文本', description: 'NFKC、去首尾空格、合并空白、小写。' },
];

const scope: S['Scope'] = {
  columns: [
    { column: 'id_number', disclosure: 'PLAINTEXT_AFTER_JOIN' },
    { column: 'visit_date', disclosure: 'PLAINTEXT_AS_JOIN_PAYLOAD' },
    { column: 'department', disclosure: 'PLAINTEXT_AS_JOIN_PAYLOAD' },
    { column: 'amount', disclosure: 'PLAINTEXT_AFTER_AGGREGATE' },
  ],
  purpose: 'subsidy-review', kinds: ['psi'], not_after: ahead(60 * DAY), uses: 10,
};

export const applications = (self: string): S['Application'][] => {
  const base: S['Application'] = {
    id: 'app-7f31c2', dataset: 'hospital.visits', dataset_title: '门诊就诊记录', owner: hospital, applicant: rsj, applied_by: 'rsj/li.wei', scope,
    reason: '核对医疗补贴申领人员是否有对应的就诊记录，结果仅用于补贴复核。', state: 'submitted', needs_me: self === 'hospital', grant: null, rejection_reason: null,
    reviewed_by: null, reviewed_at: null, submitted_at: ago(46),
  };
  return [
    base,
    { ...base, id: 'app-20ab90', state: 'approved', needs_me: false, grant: 'grant-20ab90', reviewed_by: 'hospital/chen.min', reviewed_at: ago(5 * DAY), submitted_at: ago(6 * DAY) },
    {
      ...base, id: 'app-9cd001', state: 'rejected', needs_me: false, rejection_reason: '诊断列不对外提供，请去掉后重新申请。', reviewed_by: 'hospital/chen.min', reviewed_at: ago(9 * DAY),
      submitted_at: ago(10 * DAY),
    },
  ];
};

const grant: S['Grant'] = {
  id: 'grant-20ab90', application: 'app-20ab90', dataset: 'hospital.visits', dataset_title: '门诊就诊记录', grantor: hospital, grantee: rsj, scope, used: 4, state: 'active',
  granted_by: 'hospital/chen.min', granted_at: ago(5 * DAY), revoked_by: null, revoked_at: null, revocation_reason: null,
};
export const grants: S['Grant'][] = [
  grant,
  { ...grant, id: 'grant-17ee02', scope: { ...scope, purpose: 'fraud-check', not_after: ago(DAY), uses: 3 }, used: 1, state: 'expired', granted_at: ago(90 * DAY) },
  {
    ...grant, id: 'grant-0091bd', scope: { ...scope, purpose: 'statistics' }, used: 0, state: 'revoked', granted_at: ago(30 * DAY), revoked_by: 'hospital/chen.min', revoked_at: ago(12 * DAY),
    revocation_reason: '项目已结束',
  },
  {
    ...grant, id: 'grant-5c11aa', application: 'app-5c11aa', dataset: 'rsj.social-insurance', dataset_title: '社会保险参保人员', grantor: rsj, grantee: hospital, used: 0, granted_by: 'rsj/sun.yue',
    scope: { ...scope, columns: [{ column: 'id_number', disclosure: 'PLAINTEXT_AFTER_JOIN' }, { column: 'insured_since', disclosure: 'PLAINTEXT_AS_JOIN_PAYLOAD' }] },
  },
];
