// Amazon SQS for the tests: the emulator fauxqs behind a front that does what fauxqs does not.
// - It checks every signature with AWS's own signer.
// - It journals queues and messages before an answer leaves, and replays them at the start. fauxqs keeps everything in memory,
//   so what a kill and a restart prove is the connector's part only: that a confirmed message had reached the service. After
//   the replay all leases are gone and all deliveries are counted anew.
// - It gives several messages of one FIFO group in one answer, in order, as the service does.
// - Its receipt handles are as long as the service's, and it fails when it is told to (POST /control).
// Usage: node sqs.mjs <port> <journal> [<tls port> <certificate> <key>]
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { buildApp } from 'fauxqs';
import { SqsQueue, SqsStore } from './node_modules/fauxqs/dist/sqs/sqsStore.js';

const [port, journalPath, tlsPort, certificatePath, keyPath] = process.argv.slice(2);
const accessKeys = { 'test-key': { secret: 'test-secret' }, 'temporary-key': { secret: 'temporary-secret', token: 'temporary-token' } };
const longestSkew = 5 * 60 * 1000;
const jsonType = 'application/x-amz-json-1.0';

const store = new SqsStore();
// Without a host of its own the store names queues after the host that was called.
store.host = '';
replay();
const journal = fs.openSync(journalPath, 'a');
writeJournal();
orderGroups();

// Failures to come, each for one call about a queue: { operation, queue, skip } (skip: calls that pass before) and { status, body, headers } or
// { entries, code, senderFault }.
const failures = [];
// Operations and the queues they were about.
const seen = [];
const app = buildApp({ logger: false, stores: { sqsStore: store } });
await app.ready();

// An idle connection must outlive the pauses of a test, or a client meets it in the moment it is closed.
const keepAliveTimeout = 10 * 60 * 1000;
http.createServer({ keepAliveTimeout }, serve).listen(Number(port), '127.0.0.1');
if (tlsPort) {
  const tls = { cert: fs.readFileSync(certificatePath), key: fs.readFileSync(keyPath) };
  https.createServer({ keepAliveTimeout, ...tls }, serve).listen(Number(tlsPort), '127.0.0.1');
}

async function serve(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  try {
    await (request.url === '/control' ? control(body, response) : answer(request, body, response));
  } catch (fault) {
    if (!response.headersSent) response.writeHead(500);
    response.end(String(fault));
  }
}

function control(body, response) {
  const asked = JSON.parse(body);
  if (asked.fail) failures.push(asked.fail);
  if (asked.forget) store.deleteQueue([...store.queues.values()].find((queue) => queue.name === asked.forget).url);
  response.writeHead(200, { 'content-type': 'application/json' });
  const queue = asked.inspect ? store.inspectQueue(asked.inspect) : undefined;
  response.end(JSON.stringify({ seen: seen.filter((call) => call.endsWith(` ${asked.seen}`)), queue }));
}

async function answer(request, body, response) {
  const operation = (request.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
  const denial = await judge(request, body);
  if (denial) return refuse(response, 403, { __type: `com.amazon.coral.service#${denial}`, message: 'refused' });
  const asked = JSON.parse(body);
  const queue = (asked.QueueUrl ?? asked.QueueName ?? '').split('/').at(-1);
  seen.push(`${operation} ${queue}`);
  const at = failures.findIndex((failure) => failure.operation === operation && failure.queue === queue);
  const isDue = at >= 0 && !(failures[at].skip-- > 0);
  const failure = isDue ? failures.splice(at, 1)[0] : null;
  if (failure?.status) return refuse(response, failure.status, failure.body, failure.headers);
  const isHeld = (entry) => failure?.entries?.includes(entry.Id) ?? false;
  const held = (asked.Entries ?? []).filter(isHeld);
  if (asked.Entries) asked.Entries = asked.Entries.filter((entry) => !isHeld(entry));
  for (const entry of asked.Entries ?? []) if (entry.ReceiptHandle) entry.ReceiptHandle = shorten(entry.ReceiptHandle);
  const inner = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': jsonType, host: request.headers.host, authorization: request.headers.authorization, 'x-amz-target': request.headers['x-amz-target'] },
    payload: JSON.stringify(asked),
  });
  const result = JSON.parse(inner.payload || '{}');
  for (const message of result.Messages ?? []) message.ReceiptHandle = lengthen(message.ReceiptHandle, queue);
  for (const entry of held) {
    result.Failed = [...(result.Failed ?? []), { Id: entry.Id, Code: failure.code, SenderFault: failure.senderFault, Message: 'refused' }];
  }
  const error = inner.headers['x-amzn-query-error'];
  response.writeHead(inner.statusCode, { 'content-type': jsonType, ...(error ? { 'x-amzn-query-error': error } : {}) });
  response.end(JSON.stringify(result));
}

function refuse(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': jsonType, ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
}

// What is wrong with a request's signature; null for nothing.
async function judge(request, body) {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? '',
  );
  if (!parts) return 'IncompleteSignature';
  const [, id, region, service, names, signature] = parts;
  const key = accessKeys[id];
  if (!key) return 'UnrecognizedClientException';
  const signed = names.split(';');
  if (!['content-type', 'host', 'x-amz-date', 'x-amz-target'].every((name) => signed.includes(name))) return 'IncompleteSignature';
  if (request.headers['x-amz-security-token'] !== key.token) return 'InvalidClientTokenId';
  if (key.token && !signed.includes('x-amz-security-token')) return 'IncompleteSignature';
  const date = new Date(request.headers['x-amz-date'].replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - date) <= longestSkew)) return 'RequestExpired';
  const signer = new SignatureV4({
    credentials: { accessKeyId: id, secretAccessKey: key.secret, sessionToken: key.token },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const headers = Object.fromEntries(signed.filter((name) => name !== 'x-amz-date').map((name) => [name, request.headers[name]]));
  const expected = await signer.sign(
    { method: request.method, protocol: 'http:', hostname: 'unused', path: request.url, query: {}, headers, body },
    { signingDate: date },
  );
  return expected.headers.authorization.endsWith(`Signature=${signature}`) ? null : 'SignatureDoesNotMatch';
}

// 412 characters as the service's; a queue may ask for the longest the service allows itself.
function lengthen(handle, queue) {
  return `${handle}.`.padEnd(queue.startsWith('long-handles') ? 1024 : 412, 'x');
}

function shorten(handle) {
  return handle.split('.')[0];
}

function replay() {
  const messages = new Map();
  const lines = fs.existsSync(journalPath) ? fs.readFileSync(journalPath, 'utf8').split('\n') : [];
  // A kill may have cut the last line off; it was not answered then.
  for (const line of lines.slice(0, -1)) {
    const { queue, name, message, gone } = JSON.parse(line);
    if (queue) store.createQueue(queue.name, queue.url, queue.arn, queue.attributes);
    if (message) messages.set(message.messageId, { name, message });
    if (gone) messages.delete(gone);
  }
  for (const { name, message } of messages.values()) {
    const queue = store.getQueueByName(name);
    queue.enqueue(message);
    if (message.messageDeduplicationId) queue.recordDeduplication(message.messageDeduplicationId, message.messageId, message.sequenceNumber);
    queue.sequenceCounter = Math.max(queue.sequenceCounter, Number(message.sequenceNumber ?? 0));
  }
}

function writeJournal() {
  const write = (line) => fs.writeSync(journal, `${JSON.stringify(line)}\n`);
  const { enqueue, deleteMessage } = SqsQueue.prototype;
  const { createQueue } = SqsStore.prototype;
  SqsStore.prototype.createQueue = function (name, url, arn, attributes, tags) {
    write({ queue: { name, url, arn, attributes } });
    return createQueue.call(this, name, url, arn, attributes, tags);
  };
  SqsQueue.prototype.enqueue = function (message) {
    write({ name: this.name, message: { ...message, approximateReceiveCount: 0 } });
    return enqueue.call(this, message);
  };
  SqsQueue.prototype.deleteMessage = function (handle) {
    const entry = this.inflightMessages.get(handle);
    if (entry) write({ gone: entry.message.messageId });
    return deleteMessage.call(this, handle);
  };
}

// fauxqs gives one message of a group and locks the group; the service gives as many as were asked for, then locks it.
function orderGroups() {
  const { dequeueFifo } = SqsQueue.prototype;
  SqsQueue.prototype.dequeueFifo = function (most, visibility, deadLetters) {
    this.processTimers();
    for (const group of this.fifoMessages.values()) {
      group.sort((left, right) => (left.sequenceNumber < right.sequenceNumber ? -1 : 1));
    }
    const locked = this.fifoLockedGroups;
    const taken = [];
    for (;;) {
      this.fifoLockedGroups = new Map(locked);
      const more = dequeueFifo.call(this, most - taken.length, visibility, deadLetters);
      if (more.length === 0) break;
      taken.push(...more);
    }
    this.fifoLockedGroups = new Map();
    for (const { message } of this.inflightMessages.values()) {
      this.fifoLockedGroups.set(message.messageGroupId, (this.fifoLockedGroups.get(message.messageGroupId) ?? 0) + 1);
    }
    return taken;
  };
}
