import type { StartedWorker } from "./workers.js";

/** `node:worker_threads`. Not imported, so that no bundler looks for a module of Node.js in a page. */
interface Threads {
  readonly Worker: new (url: URL, options: { execArgv: [] }) => StartedWorker;
}

/**
 * Starts a worker with the script that lies beside this one. Bundlers take along what stands in `new URL` here.
 *
 * @throws What the platform does, or that there are no workers. @internal
 */
export function startBeside(): StartedWorker {
  const url = new URL("./worker.js", import.meta.url);
  if (typeof Worker === "function") return new Worker(url, { type: "module" });
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => Threads | undefined } };
  const threads = host.process?.getBuiltinModule?.("node:worker_threads");
  if (threads === undefined) throw new Error("there are no workers here");
  // What this program was started with, such as a script on the command line, is not for the worker.
  return new threads.Worker(url, { execArgv: [] });
}
