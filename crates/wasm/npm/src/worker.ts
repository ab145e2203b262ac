/**
 * What runs in a worker of `{ workers: n }`. Nobody imports it: it is named to `new Worker(…)`, by this package or by
 * `startWorker`. Outside of a worker it does nothing.
 *
 * @module keyhaven/worker
 */

import { RecoveryKey, initSync, type BackupReader } from "#glue";
import { EXPORTS } from "#files";
import { EXPORTS as EXPORTS_OF_RESTORE } from "#restore-files";
import { RecoveryKey as RecoveryKeyOfRestore, initSync as initSyncOfRestore } from "#restore-glue";

import { answerOf } from "./entries.js";
import { KeyhavenError, errorOf } from "./error.js";
import type { Order, Report } from "./worker-messages.js";

/** The other end. */
interface Port {
  onmessage: ((event: { readonly data: Order }) => void) | null;
  postMessage(report: Report, transfer: ArrayBuffer[]): void;
}

function portOf(): Port | undefined {
  const host = globalThis as {
    process?: { getBuiltinModule?: (name: string) => { parentPort: Port | null } | undefined };
    WorkerGlobalScope?: new () => object;
  };
  if (host.WorkerGlobalScope !== undefined && globalThis instanceof host.WorkerGlobalScope) return globalThis as unknown as Port;
  return host.process?.getBuiltinModule?.("node:worker_threads")?.parentPort ?? undefined;
}

/** What opens entries, once the first order was obeyed. */
let reader: BackupReader | undefined;

function obey(order: Order): Report {
  switch (order.kind) {
    case "start":
      reader = start(order);
      return { kind: "started" };
    case "open":
      return { kind: "opened", answer: answerOf(reader as BackupReader, order.lines) };
    case "end":
      reader?.free();
      return { kind: "ended" };
  }
}

function start({ build, module, key }: Extract<Order, { kind: "start" }>): BackupReader {
  try {
    const exports = WebAssembly.Module.exports(module).length;
    const isRestore = exports === EXPORTS_OF_RESTORE;
    if (build !== KEYHAVEN_BUILD || !(isRestore || exports === EXPORTS)) throw new Error("this worker is of another version");
    (isRestore ? initSyncOfRestore : initSync)({ module });
    const handle = (isRestore ? RecoveryKeyOfRestore : RecoveryKey).fromBytes(key);
    try {
      return handle.reader();
    } finally {
      handle.free();
    }
  } finally {
    key.fill(0);
  }
}

function reportOf(thrown: unknown): Report {
  const error = errorOf(thrown);
  const known = error instanceof KeyhavenError ? error : new KeyhavenError("internal");
  return { kind: "failed", code: known.code, details: known.details, message: String(error) };
}

const port = portOf();
if (port !== undefined) {
  port.onmessage = ({ data }) => {
    let report: Report;
    try {
      report = obey(data);
    } catch (thrown) {
      report = reportOf(thrown);
    }
    port.postMessage(report, report.kind === "opened" ? [report.answer.list.buffer] : []);
  };
}
