/** What a worker of `{ workers: n }` wipes is nowhere in the memory of its wasm when it says that it has ended. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

import * as keyhaven from "keyhaven";

import { equal } from "../suite/check.js";
import { TEXT, roomsOf } from "./backup-of.js";

const require = createRequire(import.meta.url);
const PRIVATE_KEY = Buffer.from("c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7", "hex");
/** RFC 7748, section 5. */
const CLAMPED = Buffer.from(PRIVATE_KEY);
CLAMPED[0]! &= 248;
CLAMPED[31] = (CLAMPED[31]! & 127) | 64;

/** Runs in the worker before its script: looks for secrets in the memory of the wasm whenever something is reported. */
const WATCHING = `
  const { parentPort, workerData: { secrets, found } } = require("node:worker_threads");
  const { Instance } = WebAssembly;
  let memory;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, words, self) {
      const instance = Reflect.construct(target, words, self);
      memory = instance.exports.memory;
      return instance;
    },
  });
  let start;
  Object.defineProperty(parentPort, "onmessage", {
    set(heard) {
      parentPort.on("message", (data) => {
        if (data.kind === "start") start = data;
        heard({ data });
      });
    },
  });
  const post = parentPort.postMessage.bind(parentPort);
  parentPort.postMessage = (report, transfer) => {
    const bytes = Buffer.from(memory.buffer);
    const key = start.key.every((byte) => byte === 0) && start.key.length === 32 ? "" : ", the key as it came";
    found.postMessage(report.kind + secrets.map((secret, at) => (bytes.includes(secret) ? " " + at : "")).join("") + key);
    post(report, transfer);
  };
`;

for (const wasm of ["keyhaven", "keyhaven-scalar"]) {
  test(`${wasm}: a worker has the key while it opens entries, and nothing of it and of the sessions afterwards`, async () => {
    const path = require.resolve("keyhaven");
    delete require.cache[path];
    const pkg = require("keyhaven") as typeof keyhaven;
    await pkg.init({ bytes: new Uint8Array(readFileSync(require.resolve(`keyhaven/${wasm}.wasm`))) });
    await keyhaven.init();
    const rooms = roomsOf(300);
    const key = pkg.RecoveryKey.fromText(TEXT);
    const [session] = (await key.decryptSessions(rooms).next()).value?.sessions ?? [];
    const secrets = [PRIVATE_KEY, CLAMPED, Buffer.from(session?.session.session_key.slice(0, 80) ?? "")];
    const { port1: heard, port2: found } = new MessageChannel();
    const told: string[] = [];
    heard.onmessage = ({ data }) => told.push(data as string);
    const script = `${WATCHING}\n${readFileSync(require.resolve("keyhaven/worker"), "utf8")}`;
    const startWorker = (): Worker =>
      new Worker(script, { eval: true, workerData: { secrets, found }, transferList: [found as unknown as import("node:worker_threads").MessagePort] });
    let count = 0;
    try {
      for await (const { sessions } of key.decryptSessions(rooms, { workers: 1, startWorker })) count += sessions.length;
    } catch (error) {
      heard.close();
      throw error;
    }
    equal(count, 300);
    for (let tries = 0; told.length < 4 && tries < 1000; tries += 1) await new Promise((go) => setTimeout(go, 5));
    heard.close();
    equal(told, ["started 0", "opened 0", "opened 0", "ended"]);
    key.free();
  });
}
