import type { Report } from "./worker-messages.js";
import type { StartedWorker } from "./workers.js";

/** Who is told what a worker says, and that nothing more comes of it. @internal */
export interface Listener {
  heard(report: Report): void;
  lost(cause: unknown): void;
}

/** A worker of `node:worker_threads`. */
interface Emitter {
  on(name: string, heard: (value: unknown) => void): void;
}

/** What browsers send of a fault: an error of the script, or of the way to it, of which they tell nothing. */
interface Fault extends Event {
  readonly error?: unknown;
  readonly message?: string;
}

/** @internal */
export function listen(worker: StartedWorker, { heard, lost }: Listener): void {
  if ("on" in worker) {
    const { on } = worker as unknown as Emitter;
    on.call(worker, "message", (report) => heard(report as Report));
    for (const name of ["error", "messageerror", "exit"]) on.call(worker, name, (cause) => lost(cause ?? name));
    return;
  }
  const target = worker as unknown as EventTarget;
  target.addEventListener("message", (event) => heard((event as MessageEvent<Report>).data));
  for (const name of ["error", "messageerror", "close"]) {
    target.addEventListener(name, (event) => {
      // Told here, and not to the console as well; Deno would end the program.
      event.preventDefault();
      const { error, message } = event as Fault;
      lost(error ?? message ?? `its event ${name}`);
    });
  }
}
