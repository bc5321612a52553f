import { describe, expect, it } from 'vitest';
import { compare, fromHex, toHex, utf8 } from './bytes';
import { hash, keySuite, Verifier } from './crypto';

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text.toLowerCase());
  if (bytes === undefined) throw new Error('not hex');
  return bytes;
};

// GM/T 0003.5-2012 (GB/T 32918.5-2017) Annex A.2.
const KEY = hex(
  '0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020' +
    'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13',
);
const SIGNATURE = hex(
  'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3' +
    'B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA',
);
const N = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123';

describe('the suites', () => {
  it('give the digests of the standards', () => {
    expect(toHex(hash('gm', utf8('abc')))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    expect(toHex(hash('intl', utf8('a'), utf8('bc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('verify the SM2 example of the standard, and nothing else', () => {
    const verifier = new Verifier('gm');
    const message = utf8('message digest');
    expect(verifier.verify(KEY, message, SIGNATURE)).toBe(true);
    expect(verifier.verify(KEY, utf8('message digesT'), SIGNATURE)).toBe(false);
    for (let i = 0; i < 64; i++) {
      const bad = SIGNATURE.slice();
      bad[i] = (bad[i] ?? 0) ^ 1;
      expect(verifier.verify(KEY, message, bad)).toBe(false);
    }
    const [r, s, zero] = [toHex(SIGNATURE).slice(0, 64), toHex(SIGNATURE).slice(64), '0'.repeat(64)];
    const rest = (BigInt(`0x${N}`) - BigInt(`0x${r}`)).toString(16).padStart(64, '0');
    for (const bad of [zero + s, r + zero, N + s, r + N, r + rest, 'f'.repeat(128)])
      expect(verifier.verify(KEY, message, hex(bad))).toBe(false);
    expect(verifier.verify(KEY, message, SIGNATURE.subarray(1))).toBe(false);
  });

  it('verify Ed25519 by RFC 8032, test 2, and refuse it in the other suite', () => {
    const key = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = hex(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(new Verifier('intl').verify(key, hex('72'), signature)).toBe(true);
    expect(new Verifier('intl').verify(key, hex('73'), signature)).toBe(false);
    expect(new Verifier('gm').verify(key, hex('72'), signature)).toBe(false);
  });

  it('know a key from bytes that are none', () => {
    expect(keySuite(KEY)).toBe('gm');
    const off = KEY.slice();
    off[64] = (off[64] ?? 0) ^ 1;
    expect(keySuite(off)).toBeUndefined();
    const hybrid = KEY.slice();
    hybrid[0] = 7;
    expect(keySuite(hybrid)).toBeUndefined();
    expect(keySuite(Uint8Array.of(4, ...new Uint8Array(64)))).toBeUndefined();
    expect(keySuite(Uint8Array.of(1, ...new Uint8Array(31)))).toBeUndefined();
    expect(keySuite(new Uint8Array(33))).toBeUndefined();
  });
});

describe('bytes', () => {
  it('are lower-case hex only, and ordered bytewise', () => {
    expect(fromHex('AB')).toBeUndefined();
    expect(fromHex('abc')).toBeUndefined();
    expect(fromHex('')).toEqual(new Uint8Array());
    expect(compare(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compare(Uint8Array.of(200), Uint8Array.of(3, 9))).toBeGreaterThan(0);
  });
});
