// The tour by @grpc/grpc-js: node tour-grpcjs.mjs <http url> <grpc url> <key> <file tree>
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { expect, readTree, sha256, sizes, step } from './checks.mjs';

const [, grpcUrl, key, tree] = process.argv.slice(2);
const protos = fileURLToPath(new URL('../../protos', import.meta.url));
const definition = loader.loadSync(
  ['integration/v1/integration_service', 'storage/v1/storage_service', 'database/v1/database_service', 'messaging/v1/messaging_service']
    .map(name => `yyc3/connectors/${name}.proto`)
    .concat('google/rpc/status.proto', 'google/rpc/error_details.proto'),
  { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true },
);
const api = grpc.loadPackageDefinition(definition).yyc3.connectors;
const address = new URL(grpcUrl).host;
const credentials = grpc.credentials.createInsecure();
// Proxies of the environment are not for the loopback.
const options = { 'grpc.max_receive_message_length': 8 * 1024 * 1024, 'grpc.enable_http_proxy': 0 };
const clients = [];
const connect = (Service, more = {}) => {
  const client = new Service(address, credentials, { ...options, ...more });
  clients.push(client);
  return client;
};
const integrations = connect(api.integration.v1.IntegrationService);
const storage = connect(api.storage.v1.StorageService);
const database = connect(api.database.v1.DatabaseService);
const messaging = connect(api.messaging.v1.MessagingService);

const signed = (bearer = key) => {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${bearer}`);
  return metadata;
};
const soon = () => ({ deadline: Date.now() + 60_000 });
const call = (client, method, request, metadata = signed()) =>
  new Promise((resolve, reject) =>
    client[method](request, metadata, soon(), (error, response) => (error ? reject(error) : resolve(response))),
  );
const clientStream = (client, method, requests) =>
  new Promise((resolve, reject) => {
    const stream = client[method](signed(), soon(), (error, response) => (error ? reject(error) : resolve(response)));
    requests.forEach(request => stream.write(request));
    stream.end();
  });
const struct = fields => ({
  fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, { stringValue: text, kind: 'stringValue' }])),
});
const create = async (type, provider, config) => {
  const { integration } = await call(integrations, 'CreateIntegration', {
    name: `${provider} 集成`,
    type,
    provider,
    config: struct(config),
    auth: { type: 'AUTH_TYPE_NONE' },
  });
  expect([integration.provider, integration.name], [provider, `${provider} 集成`], 'created integration');
  return integration.id;
};

/** What the trailer grpc-status-details-bin holds. */
function errorDetails(error) {
  const read = (type, bytes) => definition[type].deserialize(bytes);
  const status = read('google.rpc.Status', error.metadata.get('grpc-status-details-bin')[0]);
  const found = {};
  for (const { type_url: url, value } of status.details) {
    const type = url.split('/').pop();
    found[type.split('.').pop()] = read(type, value);
  }
  return found;
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The call should have failed.');
}

async function files() {
  const id = await create('storage', 'local-fs', {});
  const wanted = readTree(tree, '/tree');
  for (const file of wanted) {
    const chunks = [];
    for (let at = 0; at < file.content.length; at += 256 * 1024) {
      chunks.push({ chunk: file.content.subarray(at, at + 256 * 1024) });
    }
    const stored = await clientStream(storage, 'UploadFile', [
      {
        header: {
          integration_id: id,
          path: file.path,
          name: file.name,
          content_type: 'application/octet-stream',
          content_length: file.content.length,
          metadata: { 作者: 'tour' },
        },
      },
      ...chunks,
    ]);
    expect([stored.path, Number(stored.size)], [file.fullPath, file.content.length], 'stored file');
  }
  step(`${wanted.length} files uploaded`);

  const listed = {};
  for (let cursor = ''; ; ) {
    const page = await call(storage, 'ListFiles', { integration_id: id, path: '/tree', recursive: true, limit: 7, cursor });
    page.files.forEach(file => (listed[file.path] = Number(file.size)));
    cursor = page.pagination.next_cursor;
    if (!page.pagination.truncated) break;
  }
  expect(Object.entries(listed).sort(), Object.entries(sizes(wanted)).sort(), 'listing');
  step('all listed, page by page');

  for (const file of wanted) {
    const { header, content } = await download({ integration_id: id, path: file.fullPath });
    expect(sha256(content), file.sha256, `SHA-256 of ${file.fullPath}`);
    expect([header.name, header.metadata], [file.name, { 作者: 'tour' }], 'download header');
  }
  step('all downloaded with the same SHA-256');

  const large = wanted.find(file => file.content.length > 4_000_000);
  const part = await download({ integration_id: id, path: large.fullPath, range: { first: 1_000_000, last: 1_000_099 } });
  expect(part.content.equals(large.content.subarray(1_000_000, 1_000_100)), true, 'range');
  step('a range downloaded');
}

async function download(request) {
  let header;
  const chunks = [];
  for await (const message of storage.DownloadFile(request, signed(), soon())) {
    if (message.content === 'header') header = message.header;
    else chunks.push(message.chunk);
  }
  return { header, content: Buffer.concat(chunks) };
}

async function rows() {
  const id = await create('database', 'sqlite', { path: 'grpcjs.db' });
  const execute = (command, params = {}) => call(database, 'Execute', { integration_id: id, command, params });
  await execute('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL, big INTEGER, data BLOB, note TEXT)');
  const { results } = await call(database, 'ExecuteBatch', {
    integration_id: id,
    statements: Array.from({ length: 1000 }, (_, n) => ({
      command: 'INSERT INTO items (id, name, price, big, data, note) VALUES (:id, :name, :price, :big, :data, :note)',
      params: {
        id: { int64_value: n + 1 },
        name: { string_value: `item '${n + 1}'; 物品` },
        price: { double_value: n / 4 },
        big: { int64_value: '9007199254740993' },
        data: { bytes_value: Buffer.from([0, n & 255, 255]) },
        note: { null_value: 'NULL_VALUE' },
      },
    })),
  });
  expect(results.length, 1000, 'batch results');
  step('a table made and 1000 rows inserted with parameters');

  const found = await call(database, 'Query', {
    integration_id: id,
    query: 'SELECT name, price, big, data, note FROM items WHERE id = :id',
    params: { id: { int64_value: 42 } },
  });
  const [name, price, big, data, note] = found.rows[0].values;
  expect(
    [found.row_count, name.string_value, price.double_value, big.int64_value, [...data.bytes_value], note.null_value],
    [1, "item '42'; 物品", 10.25, '9007199254740993', [0, 41, 255], 'NULL_VALUE'],
    'queried row',
  );
  step('a row queried with a parameter, its types exact');

  let count = 0;
  const request = { integration_id: id, query: 'SELECT id FROM items ORDER BY id' };
  for await (const batch of database.StreamQuery(request, signed(), soon())) {
    for (const row of batch.rows) expect(Number(row.values[0].int64_value), ++count, 'streamed id');
  }
  expect(count, 1000, 'streamed rows');
  step('1000 rows streamed');
}

async function messages() {
  const id = await create('messaging', 'local-queue', {});
  const sent = await call(messaging, 'Send', {
    integration_id: id,
    topic: 'orders',
    message: Buffer.from('{"订单":1}'),
    options: { key: 'a', headers: { kind: 'created' } },
  });
  const batch = await clientStream(
    messaging,
    'SendBatch',
    Array.from({ length: 9 }, (_, n) => ({
      integration_id: n === 0 ? id : '',
      topic: n === 0 ? 'orders' : '',
      message: Buffer.from(`{"订单":${n + 2}}`),
    })),
  );
  const ids = [sent.message, ...batch.messages].map(message => message.message_id);
  expect(new Set(ids).size, 10, 'message ids');
  step('10 messages sent, alone and as a stream');

  const receive = group =>
    call(messaging, 'Receive', {
      integration_id: id,
      topic: 'orders',
      consumer_group: group,
      max_messages: 20,
      timeout: 0,
      ack_mode: 'ACK_MODE_MANUAL',
    });
  const received = (await receive('workers')).messages;
  expect(received.map(message => message.message_id), ids, 'received ids');
  expect([received[0].value.toString(), received[0].headers], ['{"订单":1}', { kind: 'created' }], 'first message');
  const settled = await call(messaging, 'Acknowledge', {
    integration_id: id,
    receipt_handles: received.map(message => message.receipt_handle),
  });
  expect(settled.results.every(result => result.outcome === 'SETTLE_OUTCOME_DONE'), true, 'outcomes');
  expect((await receive('workers')).messages, [], 'messages left');
  step('received, acknowledged, none left');

  expect(await subscribe(id), ids, 'subscribed ids');
  step('received and acknowledged over a bidirectional stream');
}

function subscribe(id) {
  return new Promise((resolve, reject) => {
    const ids = [];
    let settled = 0;
    const stream = messaging.Subscribe(signed(), soon());
    stream.on('data', response => {
      if (response.frame === 'message') {
        ids.push(response.message.message_id);
        stream.write({ acknowledge: { receipt_handles: [response.message.receipt_handle] } });
      } else if (response.frame === 'settled') {
        settled += response.settled.results.length;
        if (settled === 10) {
          stream.cancel();
          resolve(ids);
        }
      }
    });
    stream.on('error', reject);
    stream.write({
      open: { integration_id: id, topic: 'orders', consumer_group: 'live', credit: 3, ack_mode: 'ACK_MODE_MANUAL' },
    });
  });
}

async function errors() {
  const wrong = await failure(call(integrations, 'ListIntegrations', {}, signed('wrong-key-0123456789')));
  expect(wrong.code, grpc.status.UNAUTHENTICATED, 'wrong key');
  const none = await failure(call(integrations, 'ListIntegrations', {}, new grpc.Metadata()));
  expect(none.code, grpc.status.UNAUTHENTICATED, 'no key');
  step('a wrong key is UNAUTHENTICATED');

  const unknown = await failure(call(integrations, 'GetIntegration', { integration_id: 'int-nosuch' }));
  expect(unknown.code, grpc.status.NOT_FOUND, 'unknown integration');
  expect(errorDetails(unknown).ErrorInfo.reason, 'INTEGRATION_NOT_FOUND', 'ErrorInfo reason');
  step('an unknown integration is NOT_FOUND with its ErrorInfo');

  const bad = await failure(call(integrations, 'CreateIntegration', { type: 'storage', provider: 'local-fs' }));
  expect(bad.code, grpc.status.INVALID_ARGUMENT, 'bad field');
  expect(errorDetails(bad).BadRequest.field_violations[0].field, 'name', 'BadRequest field');
  step('a missing field is INVALID_ARGUMENT with its BadRequest');

  const late = await failure(
    new Promise((resolve, reject) =>
      messaging.Receive(
        { integration_id: 'int-nosuch', topic: 't', timeout: 60000 },
        signed(),
        { deadline: Date.now() - 1000 },
        (error, response) => (error ? reject(error) : resolve(response)),
      ),
    ),
  );
  expect(late.code, grpc.status.DEADLINE_EXCEEDED, 'past deadline');
}

async function compressed() {
  const gzip = connect(api.integration.v1.IntegrationService, { 'grpc.default_compression_algorithm': 2 });
  const { integrations: listed } = await call(gzip, 'ListIntegrations', {});
  expect(listed.map(item => item.provider).sort(), ['local-fs', 'local-queue', 'sqlite'], 'listed integrations');
  step('a gzip-compressed call answered');
}

await files();
await rows();
await messages();
await errors();
await compressed();
clients.forEach(client => client.close());
