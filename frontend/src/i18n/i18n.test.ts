import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import en from './en';
import zh from './zh-CN';

const SRC = new URL('..', import.meta.url).pathname;

function flat(o: object, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [k, v] of Object.entries(o)) {
    const key = prefix === '' ? k : `${prefix}.${k}`;
    if (typeof v === 'object' && v !== null) for (const [kk, vv] of flat(v, key)) out.set(kk, vv);
    else out.set(key, String(v));
  }
  return out;
}

function words(bundle: Record<string, object>): Map<string, string> {
  const out = new Map<string, string>();
  for (const [ns, o] of Object.entries(bundle)) for (const [k, v] of flat(o)) out.set(`${ns}:${k}`, v);
  return out;
}

const zhWords = words(zh);
const enWords = words(en);
// English has plural forms that Chinese does not need.
const plain = (k: string) => k.replace(/_(one|other)$/, '');

function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return name === '__generated__' || name === 'verify' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !name.includes('.test.') ? [path] : [];
  });
}

const files = sources(SRC).map((path) => ({
  name: relative(SRC, path),
  ast: ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS),
}));

function walk(node: ts.Node, visit: (n: ts.Node) => void): void {
  visit(node);
  node.forEachChild((c) => walk(c, visit));
}

describe('words', () => {
  test('both languages have the same keys', () => {
    const z = new Set([...zhWords.keys()].map(plain));
    const e = new Set([...enWords.keys()].map(plain));
    expect([...z].filter((k) => !e.has(k))).toEqual([]);
    expect([...e].filter((k) => !z.has(k))).toEqual([]);
    expect(z.size).toBeGreaterThan(300);
  });

  test('a word takes the same parameters in both languages', () => {
    const params = (s: string) => [...new Set([...s.matchAll(/\{\{(\w+)/g)].map((m) => m[1]))].sort();
    const wrong = [...enWords].filter(([k, v]) => {
      const other = zhWords.get(k) ?? zhWords.get(plain(k));
      return other === undefined || JSON.stringify(params(other)) !== JSON.stringify(params(v));
    });
    expect(wrong.map(([k]) => k)).toEqual([]);
  });

  test('no word is empty, and English has no Chinese but the name of the other language', () => {
    expect([...zhWords, ...enWords].filter(([, v]) => v.trim() === '').map(([k]) => k)).toEqual([]);
    const han = [...enWords].filter(([k, v]) => /\p{Script=Han}/u.test(v) && k !== 'nav:otherLanguage' && k !== 'login:otherLanguage');
    expect(han.map(([k]) => k)).toEqual([]);
  });

  test('every key the code names exists', () => {
    const missing: string[] = [];
    for (const f of files) {
      walk(f.ast, (n) => {
        // Also keys chosen by a condition or kept in a table: any text that looks like one.
        if (ts.isStringLiteral(n) && /^[a-z]+[A-Za-z]*:[\w.-]+$/.test(n.text) && n.text.split(':')[0]! in zh && !zhWords.has(n.text) && !zhWords.has(`${n.text}_other`)) {
          missing.push(`${f.name}: ${n.text}`);
        }
        if (!ts.isCallExpression(n) || n.expression.getText() !== 't') return;
        const arg = n.arguments[0];
        if (!arg) return;
        if (ts.isStringLiteralLike(arg)) {
          if (!zhWords.has(arg.text) && !zhWords.has(`${arg.text}_other`)) missing.push(`${f.name}: ${arg.text}`);
        } else if (ts.isTemplateExpression(arg)) {
          const head = arg.head.text;
          if (![...zhWords.keys()].some((k) => k.startsWith(head))) missing.push(`${f.name}: ${head}*`);
        }
      });
    }
    expect(missing).toEqual([]);
  });

  test('no sentence is written into a component', () => {
    const spoken = new Set(['title', 'label', 'placeholder', 'aria-label', 'alt', 'description', 'subTitle', 'okText', 'cancelText', 'extra', 'tip', 'purpose', 'hint']);
    const found: string[] = [];
    const report = (f: string, text: string) => found.push(`${f}: ${text.trim()}`);
    for (const f of files) {
      walk(f.ast, (n) => {
        if (ts.isJsxText(n) && /\p{L}{2,}/u.test(n.text)) report(f.name, n.text);
        if (ts.isJsxAttribute(n) && spoken.has(n.name.getText()) && n.initializer && ts.isStringLiteral(n.initializer) && /\p{L}/u.test(n.initializer.text)) {
          report(f.name, n.initializer.text);
        }
        if ((ts.isStringLiteralLike(n) || ts.isTemplateHead(n)) && /\p{Script=Han}/u.test(n.text)) report(f.name, n.text);
      });
    }
    expect(found).toEqual([]);
  });
});
