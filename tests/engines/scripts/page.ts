// Runs every case in a browser, in the page or in a worker of it.

import { type Engine, type FileResult, type VectorFile, runFiles } from "./compare.ts";
import { type Seen, watch } from "./watch.ts";
import init, { runCase } from "../pkg/keyhaven_engine_tests.js";

export interface Ran {
  readonly results: readonly FileResult[];
  readonly seen: Seen;
  /** Whether the page is a secure context. */
  readonly secure: boolean;
  /** The type of `crypto.subtle`. */
  readonly subtle: string;
}

/** What the worker answers. */
export type Told = { readonly ran: Ran } | { readonly failed: string };

export async function run(engine: Engine): Promise<Ran> {
  const seen = watch();
  const files = fetch("/cases.json").then((answer) => answer.json() as Promise<VectorFile[]>);
  await init();
  const results = await runFiles(runCase, engine, await files);
  return { results, seen, secure: globalThis.isSecureContext, subtle: typeof globalThis.crypto.subtle };
}

export function runInWorker(engine: Engine): Promise<Ran> {
  const worker = new Worker("/built/worker.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Told>) =>
      "ran" in data ? resolve(data.ran) : reject(new Error(data.failed));
    worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
    worker.postMessage(engine);
  });
}
