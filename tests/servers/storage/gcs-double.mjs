// A small double of Cloud Storage's JSON API for what no emulator here does: tokens and their refusal, preconditions, generations,
// chunked resumable uploads (308) with faults on demand, signed links. Everything acknowledged is on disk first.
//   node gcs-double.mjs '{"port":…,"folder":"…","publicKey":"PEM","cert":"file","key":"file","buckets":["a"]}'
import { createHash, createVerify, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";

const options = JSON.parse(process.argv[2]);
const tokens = new Set(["static-token"]);
const sessions = new Map();
const objects = new Map(); // bucket/name → generations, oldest first; the last one is live unless it is a deletion
const faults = [];
let lastGeneration = 0n;

class Refusal extends Error {
  constructor(status, reason) {
    super(reason);
    Object.assign(this, { status, reason });
  }
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0x82f63b78 : byte >>> 1;
  return byte >>> 0;
});
function crc32c(content) {
  let sum = 0xffffffff;
  for (const byte of content) sum = castagnoli[(sum ^ byte) & 255] ^ (sum >>> 8);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(~sum >>> 0);
  return bytes.toString("base64");
}

// --- what is kept -------------------------------------------------------------------------------------------------------

fs.mkdirSync(options.folder, { recursive: true });
for (const file of fs.readdirSync(options.folder).filter((name) => name.endsWith(".json"))) {
  const entry = JSON.parse(fs.readFileSync(path.join(options.folder, file)));
  const key = `${entry.bucket}/${entry.name}`;
  objects.set(key, [...(objects.get(key) ?? []), entry]);
  if (BigInt(entry.generation) > lastGeneration) lastGeneration = BigInt(entry.generation);
}
for (const generations of objects.values()) generations.sort((a, b) => (BigInt(a.generation) < BigInt(b.generation) ? -1 : 1));

const fileOf = (entry, kind) => path.join(options.folder, `${entry.generation}.${kind}`);
const liveOf = (bucket, name) => (objects.get(`${bucket}/${name}`) ?? []).findLast((entry) => !entry.deleted);

function save(entry) {
  const file = fs.openSync(fileOf(entry, "tmp"), "w");
  fs.writeSync(file, JSON.stringify(entry));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(fileOf(entry, "tmp"), fileOf(entry, "json"));
}

function takeFault(kind) {
  return faults[0]?.kind === kind ? faults.shift() : undefined;
}

function store(bucket, description, content, query) {
  const name = description.name ?? query.get("name");
  check(bucket, name, query);
  if (takeFault("shrink")) content = content.subarray(1);
  const now = BigInt(Date.now()) * 1000n;
  lastGeneration = now > lastGeneration ? now : lastGeneration + 1n;
  const entry = {
    bucket,
    name,
    generation: String(lastGeneration),
    contentType: description.contentType ?? "application/octet-stream",
    contentEncoding: description.contentEncoding,
    metadata: description.metadata,
    size: String(content.length),
    md5Hash: createHash("md5").update(content).digest("base64"),
    crc32c: crc32c(content),
    updated: new Date().toISOString(),
  };
  const before = liveOf(bucket, name);
  const file = fs.openSync(fileOf(entry, "bin"), "w");
  fs.writeSync(file, content);
  fs.fsyncSync(file);
  fs.closeSync(file);
  save(entry);
  if (before) {
    before.deleted = true;
    save(before);
  }
  const key = `${bucket}/${name}`;
  objects.set(key, [...(objects.get(key) ?? []), entry]);
  return entry;
}

function check(bucket, name, query) {
  const wanted = query.get("ifGenerationMatch");
  if (wanted !== null && wanted !== (liveOf(bucket, name)?.generation ?? "0")) throw new Refusal(412, "conditionNotMet");
}

function find(bucket, name, query) {
  const generation = query.get("generation");
  const entry = generation
    ? (objects.get(`${bucket}/${name}`) ?? []).find((one) => one.generation === generation && !one.gone)
    : liveOf(bucket, name);
  if (!entry) throw new Refusal(404, "notFound");
  return entry;
}

const resource = (entry) => ({
  kind: "storage#object",
  name: entry.name,
  bucket: entry.bucket,
  generation: entry.generation,
  metageneration: "1",
  contentType: entry.contentType,
  ...(entry.contentEncoding ? { contentEncoding: entry.contentEncoding } : {}),
  size: entry.size,
  md5Hash: entry.md5Hash,
  crc32c: entry.crc32c,
  etag: Buffer.from(entry.generation).toString("base64"),
  timeCreated: entry.updated,
  updated: entry.updated,
  ...(entry.metadata ? { metadata: entry.metadata } : {}),
});

// --- who asks -------------------------------------------------------------------------------------------------------------

function token(form) {
  const [head, body, signature] = (form.get("assertion") ?? "").split(".");
  const isSigned =
    options.publicKey && signature && createVerify("RSA-SHA256").update(`${head}.${body}`).verify(options.publicKey, signature, "base64url");
  if (!isSigned) return [400, { error: "invalid_grant" }];
  const made = randomUUID();
  tokens.add(made);
  return [200, { access_token: made, expires_in: 3600, token_type: "Bearer" }];
}

function authorize(request, url) {
  if (url.searchParams.has("X-Goog-Signature")) return authorizeLink(request, url);
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (!given || !tokens.has(given)) throw new Refusal(401, "authError");
}

function authorizeLink(request, url) {
  const [asked, signature] = url.search.slice(1).split("&X-Goog-Signature=");
  const time = url.searchParams.get("X-Goog-Date");
  const scope = url.searchParams.get("X-Goog-Credential").split("/").slice(1).join("/");
  const isSignedFor = (host) => {
    const canonical = ["GET", url.pathname, asked, `host:${host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
    const text = ["GOOG4-RSA-SHA256", time, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
    return createVerify("RSA-SHA256").update(text).verify(options.publicKey, signature, "hex");
  };
  const at = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  const isFresh = Date.now() < at + 1000 * Number(url.searchParams.get("X-Goog-Expires"));
  // Google's own client leaves the port out of what it signs.
  const isSigned = isSignedFor(request.headers.host) || isSignedFor(url.hostname);
  if (!isSigned || !isFresh) throw new Refusal(403, "forbidden");
}

// --- what can be asked ----------------------------------------------------------------------------------------------------

function list(bucket, query) {
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter")];
  const most = Math.min(Number(query.get("maxResults") ?? 1000), 1000);
  const after = query.get("pageToken") ? Buffer.from(query.get("pageToken"), "base64url").toString() : "";
  const names = [...objects.keys()].filter((key) => key.startsWith(`${bucket}/${prefix}`)).map((key) => key.slice(bucket.length + 1));
  names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const [items, prefixes] = [[], []];
  let last = "";
  for (const name of names) {
    const isAfter = after === "" || Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
    const entries = objects.get(`${bucket}/${name}`).filter((one) => (query.get("versions") === "true" ? !one.gone : !one.deleted));
    if (!isAfter || entries.length === 0 || (after.endsWith("/") && delimiter && name.startsWith(after))) continue;
    const end = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
    const folder = end >= 0 ? name.slice(0, end + 1) : null;
    if (folder && folder === prefixes.at(-1)) continue;
    if (items.length + prefixes.length >= most)
      return { items, prefixes, nextPageToken: Buffer.from(last).toString("base64url") };
    if (folder) prefixes.push((last = folder));
    else items.push(...entries.map(resource)), (last = name);
  }
  return { items, prefixes };
}

function media(entry, request, response) {
  const content = fs.readFileSync(fileOf(entry, "bin"));
  const headers = { "content-type": entry.contentType, "x-goog-generation": entry.generation, etag: entry.generation };
  headers["x-goog-hash"] = `crc32c=${entry.crc32c},md5=${entry.md5Hash}`;
  if (entry.contentEncoding === "gzip") {
    // The service unpacks for whoever does not take gzip, and then knows no length and heeds no range.
    if (!/gzip/.test(request.headers["accept-encoding"] ?? "")) return response.writeHead(200, headers).end(gunzipSync(content));
    headers["content-encoding"] = "gzip";
  }
  const range = takeFault("ignore-range") ? null : /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  if (!range) return response.writeHead(200, { ...headers, "content-length": content.length }).end(content);
  const first = range[1] === "" ? Math.max(0, content.length - Number(range[2])) : Number(range[1]);
  const last = range[1] === "" || range[2] === "" ? content.length - 1 : Math.min(Number(range[2]), content.length - 1);
  if (first >= content.length) return response.writeHead(416).end();
  const part = content.subarray(first, last + 1);
  response.writeHead(206, { ...headers, "content-range": `bytes ${first}-${last}/${content.length}`, "content-length": part.length });
  return response.end(part);
}

function multipart(body, type) {
  const boundary = /boundary="?([^";]+)/.exec(type)[1];
  const marks = [];
  for (let at = body.indexOf(`--${boundary}`); at >= 0; at = body.indexOf(`--${boundary}`, at + 1)) marks.push(at);
  const parts = marks.slice(0, -1).map((start, index) => {
    const part = body.subarray(start, marks[index + 1]);
    const head = part.indexOf("\r\n\r\n");
    return part.subarray(head + 4, part.length - 2);
  });
  return [JSON.parse(parts[0]), parts[1]];
}

function chunk(session, request, body) {
  const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(request.headers["content-range"] ?? "");
  if (body.length === 0 && takeFault("fail-query")) throw new Refusal(503, "backendError");
  const fault = body.length > 0 ? faults.shift() : undefined;
  if (fault?.kind === "deny") throw new Refusal(403, "forbidden");
  if (fault?.kind === "gone") {
    sessions.delete(session.id);
    throw new Refusal(410, "gone");
  }
  let kept = body;
  if (fault?.kind === "keep-half") kept = body.subarray(0, Math.floor(body.length / 2 / 262144) * 262144);
  if (fault?.kind === "lose") session.length = 0;
  if (range?.[1] !== undefined && body.length > 0) {
    if (Number(range[1]) !== session.length && fault?.kind !== "lose") throw new Refusal(400, "invalid");
    if (range[3] === "*" && body.length % 262144 !== 0) throw new Refusal(400, "invalid");
    if (!["drop", "lose", "ignore"].includes(fault?.kind)) {
      session.parts.push(Buffer.from(kept));
      session.length += kept.length;
    }
  }
  if (fault?.kind === "fail" || fault?.kind === "drop") throw new Refusal(503, "backendError");
  if (range && range[3] !== "*" && Number(range[3]) === session.length) {
    const entry = store(session.bucket, session.description, Buffer.concat(session.parts), session.query);
    sessions.delete(session.id);
    return [200, resource(entry), {}];
  }
  return [308, null, session.length > 0 ? { range: `bytes=0-${session.length - 1}` } : {}];
}

async function serve(request, response) {
  const url = new URL(request.url, `${options.cert ? "https" : "http"}://${request.headers.host}`);
  const query = url.searchParams;
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const answer = (status, json, headers = {}) => {
    const text = json === null ? "" : JSON.stringify(json);
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...headers }).end(text);
  };
  if (url.pathname === "/token") return answer(...token(new URLSearchParams(body.toString())));
  if (url.pathname === "/_faults") return faults.push(...JSON.parse(body.length > 0 ? body : "[]")), answer(200, faults);
  if (url.pathname === "/_sessions") return answer(200, [...sessions.keys()]);
  authorize(request, url);
  if (takeFault("huge")) return answer(200, { name: "a", generation: "1", size: "1", text: "x".repeat(40 * 1024 * 1024) });
  if (faults[0]?.kind === "answer" && request.method === "GET") {
    const fault = faults.shift();
    response.setHeader("retry-after", "7");
    throw new Refusal(fault.status, fault.reason);
  }
  const [, upload, bucket, rest] = /^(\/upload|\/resumable\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/(.*))?$/.exec(url.pathname) ?? [];
  if (!bucket) {
    const [, host, name] = /^\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    if (request.method === "GET" && host) return media(find(host, decodeURIComponent(name), query), request, response);
    if (/^\/storage\/v1\/b\//.test(url.pathname)) return answer(200, { kind: "storage#bucket", name: url.pathname.split("/").at(-1) });
    throw new Refusal(404, "notFound");
  }
  if (!options.buckets.includes(bucket)) throw new Refusal(404, "notFound");
  if (upload) {
    const session = sessions.get(query.get("upload_id"));
    if (query.has("upload_id") && !session) throw new Refusal(404, "notFound");
    if (session && request.method === "DELETE") {
      sessions.delete(session.id);
      return takeFault("hang") || response.writeHead(499).end();
    }
    if (session) return answer(...chunk(session, request, body));
    if (query.get("uploadType") === "multipart")
      return answer(200, resource(store(bucket, ...multipart(body, request.headers["content-type"]), query)));
    if (query.get("uploadType") === "media")
      return answer(200, resource(store(bucket, { contentType: request.headers["content-type"] }, body, query)));
    const description = body.length > 0 ? JSON.parse(body) : {};
    description.contentType ??= request.headers["x-upload-content-type"];
    check(bucket, description.name ?? query.get("name"), query);
    const id = randomUUID();
    sessions.set(id, { id, bucket, description, query, parts: [], length: 0 });
    url.searchParams.set("upload_id", id);
    return answer(200, null, { location: url.href });
  }
  if (!rest) return answer(200, { kind: "storage#objects", ...list(bucket, query) });
  const copy = /^([^/]+)\/(?:rewriteTo|copyTo)\/b\/([^/]+)\/o\/(.+)$/.exec(rest);
  if (copy) {
    const from = find(bucket, decodeURIComponent(copy[1]), new URLSearchParams());
    // Two requests for one copy, as the service does with large objects.
    if (!query.has("rewriteToken") && rest.includes("rewriteTo"))
      return answer(200, { kind: "storage#rewriteResponse", done: false, rewriteToken: "go on", totalBytesRewritten: "0", objectSize: from.size });
    const description = { ...from, name: decodeURIComponent(copy[3]) };
    const made = resource(store(copy[2], description, fs.readFileSync(fileOf(from, "bin")), query));
    if (takeFault("replace")) store(copy[2], { name: description.name }, Buffer.from("somebody else's"), query);
    return answer(200, rest.includes("rewriteTo") ? { kind: "storage#rewriteResponse", done: true, resource: made } : made);
  }
  const name = decodeURIComponent(rest);
  const entry = find(bucket, name, query);
  if (request.method === "DELETE") {
    check(bucket, name, query);
    entry.deleted = true;
    if (query.has("generation")) entry.gone = true;
    save(entry);
    return response.writeHead(204).end();
  }
  return query.get("alt") === "media" ? media(entry, request, response) : answer(200, resource(entry));
}

const handler = (request, response) =>
  serve(request, response).catch((fault) => {
    const [status, reason] = fault instanceof Refusal ? [fault.status, fault.reason] : [500, String(fault.stack)];
    const text = JSON.stringify({ error: { code: status, message: "provider text", errors: [{ reason, message: "provider text" }] } });
    if (!response.headersSent) response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  });
const server = options.cert
  ? https.createServer({ cert: fs.readFileSync(options.cert), key: fs.readFileSync(options.key) }, handler)
  : http.createServer(handler);
server.keepAliveTimeout = 60_000;
server.listen(options.port, "127.0.0.1");
