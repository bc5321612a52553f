import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaText, target } from '../../scripts/gen-api.mjs';

test('the types are those of the committed OpenAPI document (npm run gen-api)', async () => {
  expect(readFileSync(target, 'utf8')).toBe(await schemaText());
});
