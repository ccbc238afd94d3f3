// Google's own client against the double: what it takes for Cloud Storage may be tested with.
//   node gcs-client-check.mjs <endpoint> <key file of the service account> <another key file>
import { Storage } from "@google-cloud/storage";
import { OAuth2Client } from "google-auth-library";
import assert from "node:assert/strict";
import { createSign } from "node:crypto";
import * as fs from "node:fs";

const [endpoint, right, wrong] = process.argv.slice(2);
const keyOf = (file) => JSON.parse(fs.readFileSync(file));
const options = { apiEndpoint: endpoint, projectId: "p", useAuthWithCustomEndpoint: true, retryOptions: { autoRetry: false } };

// The client asks Google for tokens whatever a key file says; here the double's own token service is asked for them.
async function withTokens(file) {
  const key = keyOf(file);
  const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const head = `${part({ alg: "RS256" })}.${part({ iss: key.client_email, aud: key.token_uri })}`;
  const assertion = `${head}.${createSign("RSA-SHA256").update(head).sign(key.private_key, "base64url")}`;
  const answer = await fetch(key.token_uri, { method: "POST", body: new URLSearchParams({ assertion }) });
  const tokens = await answer.json();
  if (!answer.ok) throw new Error(tokens.error);
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: tokens.access_token, expiry_date: Date.now() + 3_000_000 });
  const storage = new Storage({ ...options, authClient });
  // Its upload sessions at a custom endpoint are opened without a token otherwise.
  const authorization = `Bearer ${tokens.access_token}`;
  storage.interceptors.push({ request: (asked) => ({ ...asked, headers: { ...asked.headers, authorization } }) });
  return storage;
}

const bucket = (await withTokens(right)).bucket("conformance");
const folder = `foreign-${process.pid}/`;
const large = Buffer.alloc(3_000_001, "x");
await bucket.file(folder + "small").save("text", { resumable: false, metadata: { metadata: { author: "ada" } } });
await bucket.file(folder + "large").save(large, { resumable: true, chunkSize: 262144 * 4 });
await bucket.file(folder + "deep/er").save("z", { resumable: false });
const [metadata] = await bucket.file(folder + "small").getMetadata();
assert.equal(metadata.metadata.author, "ada");
assert.deepEqual((await bucket.file(folder + "large").download())[0], large);
assert.equal((await bucket.file(folder + "large").download({ start: 10, end: 19 }))[0].length, 10);
const [files] = await bucket.getFiles({ prefix: folder, delimiter: "/", autoPaginate: false });
assert.deepEqual(files.map((file) => file.name), [folder + "large", folder + "small"]);
const pages = [];
for (let query = { prefix: folder, maxResults: 1, autoPaginate: false }; query; ) {
  const [found, next] = await bucket.getFiles(query);
  pages.push(...found.map((file) => file.name));
  query = next;
}
assert.deepEqual(pages, [folder + "deep/er", folder + "large", folder + "small"]);
await assert.rejects(
  bucket.file(folder + "small", { preconditionOpts: { ifGenerationMatch: 0 } }).save("again", { resumable: false }),
  (fault) => fault.code === 412,
);
await bucket.file(folder + "small").save("second", { resumable: false });
assert.equal((await bucket.file(folder + "small", { generation: metadata.generation }).download())[0].toString(), "text");
await bucket.file(folder + "small").copy(bucket.file(folder + "copy"));
assert.equal((await bucket.file(folder + "copy").download())[0].toString(), "second");
await bucket.file(folder + "copy").delete();
await assert.rejects(bucket.file(folder + "copy").download(), (fault) => fault.code === 404);
const [link] = await new Storage({ ...options, credentials: keyOf(right) })
  .bucket("conformance").file(folder + "small").getSignedUrl({ version: "v4", action: "read", expires: Date.now() + 60_000 });
assert.equal(await (await fetch(link)).text(), "second");
assert.equal((await fetch(link.replace("Expires=60", "Expires=61"))).status, 403);
await assert.rejects(withTokens(wrong), /invalid_grant/);
const stranger = new OAuth2Client();
stranger.setCredentials({ access_token: "unknown" });
const refused = new Storage({ ...options, authClient: stranger }).bucket("conformance");
await assert.rejects(refused.file(folder + "small").download(), (fault) => fault.code === 401);
console.log("accepted");
