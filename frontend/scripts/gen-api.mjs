// Types of the desk's API from its OpenAPI document. `node scripts/gen-api.mjs` writes them, `schemaText()` is what the test compares.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL('../../backend/server/openapi.json', import.meta.url);
export const target = new URL('../src/api/__generated__/schema.d.ts', import.meta.url);

/** What src/api/client.ts does itself for every call: headers, and the choice of JSON over CSV. */
function withoutPlumbing(doc) {
  for (const path of Object.values(doc.paths)) {
    for (const operation of Object.values(path)) {
      if (Array.isArray(operation.parameters)) operation.parameters = operation.parameters.filter((p) => p.in !== 'header');
      for (const response of Object.values(operation.responses ?? {})) {
        if (response.content?.['application/json']) delete response.content['text/csv'];
      }
    }
  }
  return doc;
}

export async function schemaText() {
  const doc = withoutPlumbing(JSON.parse(await readFile(document, 'utf8')));
  return `// Generated from backend/server/openapi.json by \`npm run gen-api\`. Do not edit.\n\n${astToString(await openapiTS(doc))}`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) await writeFile(target, await schemaText());
