// Validates the OpenAPI document of the running host: node check-openapi.mjs <http url>
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, step } from './checks.mjs';

const [httpUrl] = process.argv.slice(2);
const response = await fetch(`${httpUrl}/openapi.json`);
expect([response.status, response.headers.get('content-type').split(';')[0]], [200, 'application/json'], 'answer');
const document = await response.json();
const result = await new Validator({ strict: false }).validate(document);
if (!result.valid) {
  throw new Error(`openapi.json is not valid: ${JSON.stringify(result.errors, null, 2)}`);
}

expect(document.openapi.slice(0, 4), '3.1.', 'OpenAPI version');
step(`openapi.json is valid, with ${Object.keys(document.paths).length} paths`);

// Every reference inside the document leads somewhere.
const references = JSON.stringify(document).match(/"\$ref":"#[^"]*"/g) ?? [];
for (const reference of new Set(references)) {
  const path = JSON.parse(`{${reference}}`).$ref.slice(2).split('/');
  const target = path.reduce((node, name) => node?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  expect(target !== undefined, true, reference);
}
step(`${new Set(references).size} references lead somewhere`);

// Every operation can be called: it has an id of its own, and answers of which one is a success.
const operations = Object.values(document.paths).flatMap(path =>
  Object.entries(path).filter(([method]) => ['get', 'put', 'post', 'delete', 'patch'].includes(method)),
);
const ids = operations.map(([, operation]) => operation.operationId);
expect(new Set(ids).size, operations.length, 'operation ids');
for (const [, operation] of operations) {
  expect(Object.keys(operation.responses).some(code => code.startsWith('2')), true, `success of ${operation.operationId}`);
}
step(`${operations.length} operations, each with its own id and a success`);
