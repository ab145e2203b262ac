// Runs every case, in the page or in a worker of it.

import { runFiles } from "/compare.mjs";
import init, { runCase } from "/pkg/keyhaven_engine_tests.js";
import { watch } from "/watch.mjs";

export async function run(engine) {
  const seen = watch();
  const [files] = await Promise.all([fetch("/cases.json").then((answer) => answer.json()), init()]);
  const results = await runFiles(runCase, engine, files);
  return { results, seen, secure: globalThis.isSecureContext, subtle: typeof globalThis.crypto.subtle };
}

export function runInWorker(engine) {
  const worker = new Worker("/page/worker.mjs", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ("failed" in data ? reject(new Error(data.failed)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message ?? "the worker did not start"));
    worker.postMessage(engine);
  });
}
