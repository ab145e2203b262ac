import script from "#worker-script";

import type { StartedWorker } from "./workers.js";

/** `node:worker_threads`, as in the other way to start one. */
interface Threads {
  readonly Worker: new (script: string, options: { eval: true; execArgv: [] }) => StartedWorker;
}

/**
 * Starts a worker with the script that is inside this one.
 *
 * @throws What the platform does, or that there are no workers. @internal
 */
export function startBeside(): StartedWorker {
  if (typeof Worker === "function") {
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    try {
      return new Worker(url, { type: "module" });
    } finally {
      // The worker has taken it.
      URL.revokeObjectURL(url);
    }
  }
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => Threads | undefined } };
  const threads = host.process?.getBuiltinModule?.("node:worker_threads");
  if (threads === undefined) throw new Error("there are no workers here");
  return new threads.Worker(script, { eval: true, execArgv: [] });
}
