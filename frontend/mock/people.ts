import type { S } from '@/api/types';

/** A stable hexadecimal text that looks like a digest. */
export function hex(seed: string, length = 64): string {
  let h = 0x811c9dc5;
  let out = '';
  while (out.length < length) {
    for (const c of seed) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193) >>> 0;
    h = Math.imul(h ^ out.length, 0x01000193) >>> 0;
    out += h.toString(16).padStart(8, '0');
  }
  return out.slice(0, length);
}

/** Times are relative to the moment the mock was loaded, so that "3 minutes ago" stays true. */
const now = Date.now();
export const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
export const ahead = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
export const DAY = 24 * 60;

export const rsj = { id: 'rsj', name: '人社局' };
export const hospital = { id: 'hospital', name: '医院' };
export const bank = { id: 'bank', name: '银行' };
export const audit = { id: 'audit', name: '审计局' };

export type Persona = 'owner' | 'requester' | 'auditor' | 'operator';

const account = (username: string, display_name: string, roles: S['Role'][], key: S['KeyState'] = 'registered'): S['Account'] => ({
  username, display_name, roles, state: 'active',
  key: { state: key, public_key: hex(`pk${username}`, 130), fingerprint: hex(`fp${username}`) },
  locked_until: null, last_login_at: ago(35), created_at: ago(20 * DAY), version: 3,
});

export const people: Record<Persona, { organisation: S['OrganisationRef']; account: S['Account'] }> = {
  owner: { organisation: hospital, account: account('chen.min', '陈敏', ['data_owner']) },
  requester: { organisation: rsj, account: account('li.wei', '李伟', ['requester', 'data_owner']) },
  auditor: { organisation: audit, account: account('zhao.lei', '赵磊', ['auditor']) },
  operator: { organisation: rsj, account: account('admin', '王芳', ['operator']) },
};

export const session = (p: Persona): S['Session'] => ({ ...people[p], csrf_token: hex('csrf', 32), expires_at: ahead(55) });

export const accounts: S['Account'][] = [
  people.operator.account,
  people.requester.account,
  account('sun.yue', '孙悦', ['data_owner']),
  { ...account('zhou.jie', '周杰', ['requester'], 'disabled'), state: 'frozen', last_login_at: ago(40 * DAY) },
  { ...account('wu.qian', '吴倩', ['auditor'], 'pending'), last_login_at: null },
];

const member = (o: S['OrganisationRef'], n: number): S['Organisation'] => ({
  ...o, is_self: false, validator: true, public_key: hex(`node${o.id}`, 130), key_fingerprint: hex(`nodefp${o.id}`), address: `10.20.${n}.8:7300`,
  connected: true, rtt_ms: 3 + n, accounts: 4, datasets: n < 3 ? 2 : 0, joined_at: ago(30 * DAY),
  link_test: n === 2 ? { organisation: o, measured_at: ago(90), rtt_us: 3_480, up_bytes_per_s: 61_200_000, down_bytes_per_s: 58_900_000, sent_bytes: 5_593_134, received_bytes: 5_591_051, duration_ms: 894 } : null,
});

export function organisations(self: string): S['Organisation'][] {
  return [member(rsj, 1), member(hospital, 2), member(bank, 3), { ...member(audit, 4), connected: false, rtt_ms: null }]
    .map((o) => (o.id === self ? { ...o, is_self: true, connected: true, rtt_ms: null, link_test: null } : o))
    .sort((a, b) => Number(b.is_self) - Number(a.is_self));
}
