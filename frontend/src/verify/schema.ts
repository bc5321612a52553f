/**
 * A small schema language over decoded CBOR: every field named, typed and bounded, nothing unknown let through.
 * A parser takes a decoded value and gives a typed one, or throws `Malformed`.
 */

import { decode, encode } from 'cborg';
import { equal } from './bytes';
import { keySuite } from './crypto';

/** A value that is not what it should be. */
export class Malformed extends Error {}

export type Parser<T> = (v: unknown) => T;
export type Parsed<P> = P extends Parser<infer T> ? T : never;

/** Decodes canonical bytes (RFC 8949 §4.2.1) by a schema; refuses any other encoding of the same value. */
export function canonical<T>(bytes: Uint8Array, parser: Parser<T>): T {
  let tree: unknown;
  try {
    tree = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      useMaps: true,
      rejectDuplicateMapKeys: true,
    });
  } catch {
    throw new Malformed('not CBOR');
  }
  const value = parser(tree);
  if (!equal(encode(tree), bytes)) throw new Malformed('not canonical');
  return value;
}

export const text: Parser<string> = (v) => {
  if (typeof v !== 'string') throw new Malformed('text');
  return v;
};

const SLUG = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const slug: Parser<string> = (v) => {
  if (typeof v !== 'string' || !SLUG.test(v)) throw new Malformed('slug');
  return v;
};

export const bool: Parser<boolean> = (v) => {
  if (typeof v !== 'boolean') throw new Malformed('boolean');
  return v;
};

function integer(bits: bigint): Parser<bigint> {
  return (v) => {
    if (!(typeof v === 'bigint' || (typeof v === 'number' && Number.isInteger(v)))) throw new Malformed('integer');
    const n = BigInt(v);
    if (n < 0n || n >> bits !== 0n) throw new Malformed('range');
    return n;
  };
}

export const u8 = integer(8n);
export const u16 = integer(16n);
export const u32 = integer(32n);
export const u64 = integer(64n);

export const bytes: Parser<Uint8Array> = (v) => {
  if (!(v instanceof Uint8Array)) throw new Malformed('bytes');
  return v;
};

function sized(length: number): Parser<Uint8Array> {
  return (v) => {
    if (bytes(v).length !== length) throw new Malformed('length');
    return bytes(v);
  };
}

export const digest = sized(32);
export const signature = sized(64);

export const publicKey: Parser<Uint8Array> = (v) => {
  if (keySuite(bytes(v)) === undefined) throw new Malformed('public key');
  return bytes(v);
};

export function list<T>(item: Parser<T>): Parser<T[]> {
  return (v) => {
    if (!Array.isArray(v)) throw new Malformed('list');
    return v.map(item);
  };
}

/** One of a few words. */
export function word<const W extends string>(...words: readonly W[]): Parser<W> {
  return (v) => {
    const found = words.find((w) => w === v);
    if (found === undefined) throw new Malformed('word');
    return found;
  };
}

/** A set of words: in the order of the vocabulary, none twice. */
export function words<const W extends string>(...vocabulary: readonly W[]): Parser<W[]> {
  const one = word(...vocabulary);
  return (v) => {
    const set = list(one)(v);
    const places = set.map((w) => vocabulary.indexOf(w));
    if (places.some((p, i) => i > 0 && p <= (places[i - 1] ?? -1))) throw new Malformed('set');
    return set;
  };
}

/** A field that may be null. */
export function nullable<T>(parser: Parser<T>): Parser<T | undefined> {
  return (v) => (v === null ? undefined : parser(v));
}

const ABSENT = Symbol('absent');

/** A field that may be left out, but not be null. */
export function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return (v) => (v === ABSENT ? undefined : parser(v));
}

/** A list that is left out when it is empty. */
export function sparse<T>(item: Parser<T>): Parser<T[]> {
  return (v) => {
    if (v === ABSENT) return [];
    const all = list(item)(v);
    if (all.length === 0) throw new Malformed('an empty list is left out');
    return all;
  };
}

/** A map with exactly these fields. */
export function record<const F extends Record<string, Parser<unknown>>>(
  fields: F,
): Parser<{ [K in keyof F]: Parsed<F[K]> }> {
  const names = Object.keys(fields);
  return (v) => {
    if (!(v instanceof Map)) throw new Malformed('map');
    for (const key of v.keys()) if (!names.includes(key as string)) throw new Malformed(`unknown field ${String(key)}`);
    const out: Record<string, unknown> = {};
    for (const name of names) {
      const parser = fields[name];
      if (parser === undefined) continue;
      const value: unknown = v.has(name) ? v.get(name) : ABSENT;
      const parsed = parser(value);
      if (parsed !== undefined) out[name] = parsed;
    }
    return out as { [K in keyof F]: Parsed<F[K]> };
  };
}

/** Keeps the decoded tree beside the parsed value, for encoding it again. */
export function withTree<T extends object>(parser: Parser<T>): Parser<T & { tree: unknown }> {
  return (v) => ({ ...parser(v), tree: v });
}

/** A map from text to text. */
export const table: Parser<Record<string, string>> = (v) => {
  if (!(v instanceof Map)) throw new Malformed('map');
  return Object.fromEntries([...v].map(([k, x]) => [text(k), text(x)]));
};

/** One variant: a word for those without content, else a map with the variant's name as its only key. */
export function variant<
  const U extends string,
  const F extends Record<string, Parser<unknown>>,
>(units: readonly U[], contents: F): Parser<Variant<U, F>> {
  return (v) => {
    if (typeof v === 'string') return { kind: word(...units)(v) } as Variant<U, F>;
    if (!(v instanceof Map) || v.size !== 1) throw new Malformed('variant');
    const [kind, content] = [...v][0] as [unknown, unknown];
    const parser = typeof kind === 'string' && Object.hasOwn(contents, kind) ? contents[kind] : undefined;
    if (parser === undefined) throw new Malformed('variant');
    return { kind, ...(parser(content) as object) } as Variant<U, F>;
  };
}

export type Variant<U extends string, F extends Record<string, Parser<unknown>>> =
  | { kind: U }
  | { [K in keyof F]: { kind: K } & Parsed<F[K]> }[keyof F];
