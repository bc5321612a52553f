/**
 * The two suites: SM2 with SM3 (GM/T 0003, user id of GM/T 0009) and Ed25519 with SHA-256.
 *
 * SM2 verification is written out on the point arithmetic of `sm-crypto-v2`, because the library's own does not
 * refuse numbers out of range and a sum at infinity.
 */

import { ed25519 } from '@noble/curves/ed25519';
import { sha256 } from '@noble/hashes/sha2';
import { sm2, sm3 as sm3Hex } from 'sm-crypto-v2';
import { concat, fromHex, toHex, utf8 } from './bytes';

export type Suite = 'gm' | 'intl';

/** Digest of the concatenation of `parts`. */
export function hash(suite: Suite, ...parts: Uint8Array[]): Uint8Array {
  const bytes = concat(...parts);
  return suite === 'gm' ? sm3(bytes) : sha256(bytes);
}

function sm3(bytes: Uint8Array): Uint8Array {
  const digest = fromHex(sm3Hex(bytes));
  if (digest?.length !== 32) throw new Error('the SM3 library gave no digest');
  return digest;
}

/** tag ‖ 0 ‖ chain ‖ 0 ‖ bytes: what is signed or hashed. */
export function preimage(tag: Tag, chain: string, bytes: Uint8Array): Uint8Array {
  return concat(utf8(`shuzheng/${tag}/1`), ZERO, utf8(chain), ZERO, bytes);
}

const ZERO = new Uint8Array(1);

export type Tag = 'tx' | 'header' | 'vote' | 'receipt' | 'validators' | 'genesis' | 'task' | 'session' | 'state-key' | 'algorithm';

/** Digest of the tagged bytes. */
export function taggedHash(suite: Suite, tag: Tag, chain: string, bytes: Uint8Array): Uint8Array {
  return hash(suite, preimage(tag, chain, bytes));
}

// GM/T 0003.5: order of the group; a ‖ b ‖ x_G ‖ y_G.
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const CURVE =
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
  '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
  '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
  'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0';
const USER_ID = utf8('1234567812345678');

type Point = ReturnType<typeof sm2.precomputePublicKey>;

/** Whether `04 ‖ x ‖ y` is a finite point of the curve. */
function isSm2Point(key: Uint8Array): boolean {
  if (key.length !== 65 || key[0] !== 4) return false;
  try {
    return sm2.verifyPublicKey(toHex(key));
  } catch {
    return false;
  }
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function mod(a: bigint): bigint {
  const r = a % N;
  return r < 0n ? r + N : r;
}

/** The suite that a public key of this length belongs to, if it is a valid key. */
export function keySuite(key: Uint8Array): Suite | undefined {
  if (key.length === 65) return isSm2Point(key) ? 'gm' : undefined;
  if (key.length !== 32) return undefined;
  try {
    const point = ed25519.ExtendedPoint.fromHex(key, false);
    return point.isSmallOrder() ? undefined : 'intl';
  } catch {
    return undefined;
  }
}

/** A verifier that remembers the points of the keys it meets. */
export class Verifier {
  readonly #points = new Map<string, { point: Point; z: Uint8Array }>();

  constructor(readonly suite: Suite) {}

  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== 64 || keySuiteByLength(key) !== this.suite) return false;
    if (this.suite === 'gm') return this.#sm2(key, message, signature);
    try {
      return ed25519.verify(signature, message, key, { zip215: false });
    } catch {
      return false;
    }
  }

  /** GM/T 0003.2 §7.1. */
  #sm2(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const prepared = this.#prepare(key);
    if (prepared === undefined) return false;
    const { point, z } = prepared;
    // B1, B2
    const r = number(signature.subarray(0, 32));
    const s = number(signature.subarray(32));
    if (r === 0n || r >= N || s === 0n || s >= N) return false;
    // B3, B4
    const e = number(sm3(concat(z, message)));
    // B5
    const t = mod(r + s);
    if (t === 0n) return false;
    // B6
    const base = (point.constructor as unknown as { BASE: Point }).BASE;
    const sum = base.multiply(s).add(point.multiply(t));
    if (sum.equals(sum.negate())) return false; // only infinity is its own negative in a group of odd order
    // B7
    return mod(e + sum.toAffine().x) === r;
  }

  #prepare(key: Uint8Array): { point: Point; z: Uint8Array } | undefined {
    const name = toHex(key);
    const known = this.#points.get(name);
    if (known !== undefined) return known;
    const curve = fromHex(CURVE);
    if (!isSm2Point(key) || curve === undefined) return undefined;
    const point = sm2.precomputePublicKey(toHex(key), 6);
    const length = USER_ID.length * 8;
    // Z, GM/T 0003.2 §5.5
    const z = sm3(concat(Uint8Array.of(length >> 8, length & 255), USER_ID, curve, key.subarray(1)));
    const made = { point, z };
    this.#points.set(name, made);
    return made;
  }
}

function keySuiteByLength(key: Uint8Array): Suite {
  return key.length === 32 ? 'intl' : 'gm';
}

