// Opens a key file in a page.
import type * as Keyhaven from "keyhaven";

/** Which function opens it. */
export type Way = "openKeyFile" | "readKeyFile";

/** What came of it. */
export interface Opened {
  readonly sessions: number;
  readonly seconds: number;
  readonly largestBatch: number;
}

export async function open(keyhaven: typeof Keyhaven, file: Blob, passphrase: string, way: Way): Promise<Opened> {
  await keyhaven.init();
  const start = performance.now();
  let [sessions, largestBatch] = [0, 0];
  if (way === "openKeyFile") {
    sessions = largestBatch = (await keyhaven.openKeyFile(file, passphrase)).sessions.length;
  } else {
    for await (const batch of keyhaven.readKeyFile(file, passphrase)) {
      sessions += batch.sessions.length;
      largestBatch = Math.max(largestBatch, batch.sessions.length);
    }
  }
  return { sessions, seconds: (performance.now() - start) / 1000, largestBatch };
}
