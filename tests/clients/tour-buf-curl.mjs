// The tour by buf curl, which learns the services by reflection: node tour-buf-curl.mjs <http url> <grpc url> <key> <file tree>
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, readTree, sha256, step } from './checks.mjs';

const [httpUrl, grpcUrl, key, tree] = process.argv.slice(2);
const buf = fileURLToPath(new URL('node_modules/.bin/buf', import.meta.url));
const protos = fileURLToPath(new URL('../../protos', import.meta.url));
const grpc = ['--protocol', 'grpc', '--http2-prior-knowledge'];
const byReflection = ['--reflect', '--reflect-header', `Authorization: Bearer ${key}`];
const overGrpc = { url: grpcUrl, options: [...grpc, ...byReflection] };
// Reflection is a bidirectional stream, which gRPC-Web cannot carry: here the protos give the schema.
const overWeb = { url: httpUrl, options: ['--protocol', 'grpcweb', '--schema', protos] };

function curl({ url, options }, method, input, bearer = key) {
  const requests = [input].flat().map(request => JSON.stringify(request)).join('\n');
  const done = spawnSync(
    buf,
    ['curl', ...options, '-H', `Authorization: Bearer ${bearer}`, '-d', '@-', `${url}/yyc3.connectors.${method}`],
    { input: requests, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (done.error) throw done.error;
  return { ok: done.status === 0, text: done.stdout, error: done.stderr };
}

/** The answers: buf prints one JSON object after the other, the braces of each at the start of a line. */
function answers(over, method, input) {
  const done = curl(over, method, input);
  if (!done.ok) throw new Error(`${method}: ${done.error}`);
  return done.text.split(/(?<=^}|^{})\n/m).filter(text => text.trim()).map(text => JSON.parse(text));
}

function create(over, type, provider, config) {
  const [{ integration }] = answers(over, 'integration.v1.IntegrationService/CreateIntegration', {
    name: `${provider} 集成`,
    type,
    provider,
    config,
    auth: { type: 'AUTH_TYPE_NONE' },
  });
  expect(integration.name, `${provider} 集成`, 'created integration');
  return integration.id;
}

for (const [name, over] of [['gRPC', overGrpc], ['gRPC-Web', overWeb]]) {
  const id = create(over, 'database', 'sqlite', { path: `buf-${name}.db` });
  const execute = (command, params) =>
    answers(over, 'database.v1.DatabaseService/Execute', { integrationId: id, command, params })[0];
  execute('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)');
  execute('INSERT INTO items WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, :name FROM n', {
    name: { stringValue: '物品' },
  });
  const [found] = answers(over, 'database.v1.DatabaseService/Query', {
    integrationId: id,
    query: 'SELECT id, name FROM items WHERE id = :id',
    params: { id: { int64Value: '42' } },
  });
  expect(found.rows, [{ values: [{ int64Value: '42' }, { stringValue: '物品' }] }], 'queried row');
  const streamed = answers(over, 'database.v1.DatabaseService/StreamQuery', {
    integrationId: id,
    query: 'SELECT id FROM items ORDER BY id',
  });
  expect(streamed.flatMap(batch => batch.rows).map(row => Number(row.values[0].int64Value)), Array.from({ length: 1000 }, (_, n) => n + 1), 'streamed ids');
  step(`${name}: a table made, filled, queried and 1000 rows streamed`);

  const queue = create(over, 'messaging', 'local-queue', {});
  const [{ message }] = answers(over, 'messaging.v1.MessagingService/Send', {
    integrationId: queue,
    topic: 'orders',
    message: Buffer.from('{"订单":1}').toString('base64'),
  });
  const receive = () =>
    answers(over, 'messaging.v1.MessagingService/Receive', { integrationId: queue, topic: 'orders', timeout: 0, ackMode: 'ACK_MODE_MANUAL' })[0]
      .messages ?? [];
  const [received] = receive();
  expect([received.messageId, Buffer.from(received.value, 'base64').toString()], [message.messageId, '{"订单":1}'], 'received message');
  const [{ results }] = answers(over, 'messaging.v1.MessagingService/Acknowledge', { integrationId: queue, receiptHandles: [received.receiptHandle] });
  expect([results[0].outcome, receive()], ['SETTLE_OUTCOME_DONE', []], 'acknowledged');
  step(`${name}: a message sent, received and acknowledged`);

  const wrong = curl(over, 'integration.v1.IntegrationService/ListIntegrations', {}, 'wrong-key-0123456789');
  expect([wrong.ok, JSON.parse(wrong.error).code], [false, 'unauthenticated'], 'wrong key');
  const unknown = curl(over, 'integration.v1.IntegrationService/GetIntegration', { integrationId: 'int-nosuch' });
  expect([JSON.parse(unknown.error).code, detail(unknown, 'ErrorInfo').reason], ['not_found', 'INTEGRATION_NOT_FOUND'], 'unknown integration');
  const bad = curl(over, 'integration.v1.IntegrationService/CreateIntegration', { type: 'storage', provider: 'local-fs' });
  expect([JSON.parse(bad.error).code, detail(bad, 'BadRequest').fieldViolations[0].field], ['invalid_argument', 'name'], 'missing field');
  step(`${name}: errors come with their details`);
}

/** buf curl prints error details in binary; buf convert reads them. */
function detail(done, type) {
  const { value } = JSON.parse(done.error).details.find(item => item.type === `google.rpc.${type}`);
  const read = spawnSync(buf, ['convert', protos, '--type', `google.rpc.${type}`, '--from', '-#format=binpb'], {
    input: Buffer.from(value, 'base64'),
    encoding: 'utf8',
  });
  if (read.status !== 0) throw new Error(read.stderr);
  return JSON.parse(read.stdout);
}

function storeTree() {
  const id = create(overGrpc, 'storage', 'local-fs', {});
  const files = readTree(tree, '/tree').filter(file => file.content.length < 1_000_000);
  for (const file of files) {
    const [stored] = answers(overGrpc, 'storage.v1.StorageService/UploadFile', [
      { header: { integrationId: id, path: file.path, name: file.name } },
      { chunk: file.content.toString('base64') },
    ]);
    expect([stored.path, Number(stored.size ?? 0)], [file.fullPath, file.content.length], 'stored file');
    const parts = answers(overGrpc, 'storage.v1.StorageService/DownloadFile', { integrationId: id, path: file.fullPath });
    const content = Buffer.concat(parts.map(part => Buffer.from(part.chunk ?? '', 'base64')));
    expect(sha256(content), file.sha256, `SHA-256 of ${file.fullPath}`);
  }
  const [{ files: listed }] = answers(overGrpc, 'storage.v1.StorageService/ListFiles', { integrationId: id, recursive: true });
  expect(listed.map(file => file.path).sort(), files.map(file => file.fullPath).sort(), 'listing');
  step(`gRPC: ${files.length} files uploaded, listed and downloaded with the same SHA-256`);
}
storeTree();

for (const protocol of ['grpc-v1', 'grpc-v1alpha']) {
  const over = { url: grpcUrl, options: [...grpc, ...byReflection, '--reflect-protocol', protocol] };
  const [listed] = answers(over, 'integration.v1.IntegrationService/ListIntegrations', {});
  expect(listed.integrations.length, 5, 'integrations');
  step(`reflection ${protocol}`);
}
