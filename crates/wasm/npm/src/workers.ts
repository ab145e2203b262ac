/** What `{ workers: n }` loads: the entries of a backup, opened beside the thread that asks. */

import type { BackupRooms, DecryptSessionsOptions, EntriesRead } from "./backup.js";
import { breathe } from "./breathe.js";
import { Crew, type Asker } from "./crew.js";
import { ENTRIES_AT_ONCE, ask, placed } from "./entries.js";

/** A worker of the platform: a `Worker` of browsers, Bun and Deno, or one of `node:worker_threads`. */
export interface StartedWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): unknown;
}

/**
 * Batches for each worker that may be asked for and not yet handed out: enough for one to run ahead of another, and all
 * that is kept for a caller who stops reading.
 */
const AHEAD = 4;
const MAX_WORKERS = 64;

/** @internal */
export async function* decryptInWorkers(
  rooms: BackupRooms,
  options: DecryptSessionsOptions,
  asker: Asker,
): AsyncGenerator<EntriesRead, void, undefined> {
  const { signal, onProgress, workers: asked = 1 } = options;
  signal?.throwIfAborted();
  if (!Number.isInteger(asked) || asked < 1 || asked > MAX_WORKERS) {
    throw new asker.KeyhavenError("invalid-argument", { argument: "workers" });
  }
  const all = placed(rooms);
  const total = all.length;
  const workers = Math.min(asked, Math.ceil(total / ENTRIES_AT_ONCE));
  onProgress?.({ done: 0, total, unit: "entries" });
  if (total === 0) return;

  const crew = new Crew(asker, options, workers);
  const ahead: Promise<() => EntriesRead>[] = [];
  let done = 0;
  try {
    for (let next = 0; next < total || ahead.length > 0; ) {
      if (next < total && ahead.length < AHEAD * workers) {
        const some = all.slice(next, (next += ENTRIES_AT_ONCE));
        const { lines, read } = ask(some);
        const opened = crew.open(lines).then((answer) => {
          done += some.length;
          onProgress?.({ done, total, unit: "entries" });
          // Made into objects when its turn comes, so that they do not all come at once.
          return () => read(answer);
        });
        // Whoever waits for it is told; nobody may.
        opened.catch(() => undefined);
        ahead.push(opened);
      } else {
        const read = await (ahead.shift() as Promise<() => EntriesRead>);
        yield read();
      }
      await breathe(options);
    }
    await crew.dismiss();
  } finally {
    // After a mistake, an abort or a loop that was left nobody waits for them.
    void crew.dismiss();
  }
}
