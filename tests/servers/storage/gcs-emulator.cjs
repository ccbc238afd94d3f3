// Starts the storage part of firebase-tools, Google's own emulator, without the Java program that judges its security rules.
//   node gcs-emulator.cjs <port>
const emulator = require.resolve("firebase-tools/lib/emulator/storage/index.js");
const { StorageEmulator } = require(emulator);
const { createApp } = require(emulator.replace("index.js", "server.js"));
const { EmulatorRegistry } = require(emulator.replace("storage/index.js", "registry.js"));

const port = Number(process.argv[2]);
const storage = new StorageEmulator({ projectId: "demo", host: "127.0.0.1", port, rules: { name: "rules", content: "" } });
storage._rulesRuntime.start = async () => {};
storage._rulesManager.start = async () => {};
EmulatorRegistry.INSTANCES.set("storage", storage);
createApp("demo", storage).then((app) => app.listen(port, "127.0.0.1"));
