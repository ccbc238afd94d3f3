// The tour by @connectrpc/connect-web, in the page. Answers what happened as a list of steps.
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { BadRequestSchema, ErrorInfoSchema } from 'stubs/google/rpc/error_details_pb.js';
import { ValueSchema } from 'stubs/yyc3/connectors/database/v1/value_pb.js';
import { DatabaseService } from 'stubs/yyc3/connectors/database/v1/database_service_pb.js';
import { AuthType } from 'stubs/yyc3/connectors/integration/v1/integration_pb.js';
import { IntegrationService } from 'stubs/yyc3/connectors/integration/v1/integration_service_pb.js';
import { AckMode, SettleOutcome } from 'stubs/yyc3/connectors/messaging/v1/message_pb.js';
import { MessagingService } from 'stubs/yyc3/connectors/messaging/v1/messaging_service_pb.js';
import { StorageService } from 'stubs/yyc3/connectors/storage/v1/storage_service_pb.js';

window.tour = async (baseUrl, key, files) => {
  const steps = [];
  const signed = bearer => next => request => {
    request.header.set('authorization', `Bearer ${bearer}`);
    return next(request);
  };
  const client = (service, bearer = key) =>
    createClient(service, createGrpcWebTransport({ baseUrl, interceptors: [signed(bearer)] }));
  const expect = (actual, wanted, what) => {
    const [a, w] = [actual, wanted].map(value => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)));
    if (a !== w) throw new Error(`${what}: expected ${w}, got ${a}`);
  };
  const make = async (type, provider, config) => {
    const { integration } = await client(IntegrationService).createIntegration({
      name: `${provider} 集成`,
      type,
      provider,
      config,
      auth: { type: AuthType.NONE },
    });
    expect(integration.name, `${provider} 集成`, 'created integration');
    return integration.id;
  };

  // Browsers cannot stream requests, so files come in by REST, from this page's origin to the runtime's.
  const store = await make('storage', 'local-fs', {});
  for (const { url, path, name } of files) {
    const form = new FormData();
    form.append('path', path);
    form.append('name', name);
    form.append('file', await (await fetch(url)).blob(), name);
    const response = await fetch(`${baseUrl}/v1/integrations/${store}/storage/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    });
    expect(response.status, 201, `status of uploading ${name}`);
  }
  const listing = await client(StorageService).listFiles({ integrationId: store, path: '/tree', recursive: true });
  expect(listing.files.map(file => file.path).sort(), files.map(file => `${file.path}/${file.name}`).sort(), 'listing');
  for (const { path, name, sha256 } of files) {
    const chunks = [];
    for await (const { content } of client(StorageService).downloadFile({ integrationId: store, path: `${path}/${name}` })) {
      if (content.case === 'chunk') chunks.push(content.value);
    }
    // crypto.subtle needs a secure context; names below localhost count as one.
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer());
    expect([...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join(''), sha256, `SHA-256 of ${name}`);
  }
  steps.push(`${files.length} files uploaded by REST, listed and streamed back with the same SHA-256`);

  const database = client(DatabaseService);
  const db = await make('database', 'sqlite', { path: 'browser.db' });
  await database.execute({ integrationId: db, command: 'CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, big INTEGER)' });
  const value = (kind, of) => create(ValueSchema, { kind: { case: kind, value: of } });
  await database.executeBatch({
    integrationId: db,
    statements: Array.from({ length: 1000 }, (_, n) => ({
      command: 'INSERT INTO items VALUES (:id, :name, :big)',
      params: {
        id: value('int64Value', BigInt(n + 1)),
        name: value('stringValue', `物品 ${n + 1}`),
        big: value('int64Value', 9007199254740993n),
      },
    })),
  });
  const found = await database.query({
    integrationId: db,
    query: 'SELECT name, big FROM items WHERE id = :id',
    params: { id: value('int64Value', 42n) },
  });
  expect(found.rows[0].values.map(one => one.kind.value), ['物品 42', 9007199254740993n], 'queried row');
  let count = 0n;
  for await (const batch of database.streamQuery({ integrationId: db, query: 'SELECT id FROM items ORDER BY id' })) {
    for (const row of batch.rows) expect(row.values[0].kind.value, ++count, 'streamed id');
  }
  expect(count, 1000n, 'streamed rows');
  steps.push('a table made and filled with parameters, a row queried, 1000 rows streamed');

  const messaging = client(MessagingService);
  const queue = await make('messaging', 'local-queue', {});
  const { message } = await messaging.send({ integrationId: queue, topic: 'orders', message: new TextEncoder().encode('{"订单":1}') });
  const receive = () =>
    messaging.receive({ integrationId: queue, topic: 'orders', timeout: 0, ackMode: AckMode.MANUAL });
  const [received] = (await receive()).messages;
  expect([received.messageId, new TextDecoder().decode(received.value)], [message.messageId, '{"订单":1}'], 'received');
  const { results } = await messaging.acknowledge({ integrationId: queue, receiptHandles: [received.receiptHandle] });
  expect([results[0].outcome, (await receive()).messages.length], [SettleOutcome.DONE, 0], 'acknowledged');
  steps.push('a message sent, received and acknowledged');

  const failure = async promise => {
    try {
      await promise;
    } catch (error) {
      return ConnectError.from(error);
    }
    throw new Error('The call should have failed.');
  };
  const wrong = await failure(client(IntegrationService, 'wrong-key-0123456789').listIntegrations({}));
  expect(wrong.code, Code.Unauthenticated, 'wrong key');
  const unknown = await failure(client(IntegrationService).getIntegration({ integrationId: 'int-nosuch' }));
  expect([unknown.code, unknown.findDetails(ErrorInfoSchema)[0].reason], [Code.NotFound, 'INTEGRATION_NOT_FOUND'], 'unknown integration');
  const bad = await failure(client(IntegrationService).createIntegration({ type: 'storage', provider: 'local-fs' }));
  expect([bad.code, bad.findDetails(BadRequestSchema)[0].fieldViolations[0].field], [Code.InvalidArgument, 'name'], 'missing field');
  steps.push('errors come with their details');
  return steps;
};

/** What a page of an origin that the operator has not listed gets. */
window.probe = async (baseUrl, key) => {
  try {
    await fetch(`${baseUrl}/v1/integrations`, { headers: { authorization: `Bearer ${key}` } });
    return 'answered';
  } catch {
    return 'refused';
  }
};
