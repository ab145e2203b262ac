import type { BackupRooms, DecryptSessionsOptions, DecryptedSession, FailedEntry, RecoveryKey } from "keyhaven";

import { backup, besideBadRooms, commonestKey, keyOf } from "./backup.js";
import { equal, failure, type Case, type Package } from "./check.js";
import type { Vectors } from "./vectors.js";

/** The one runtime of these that has none. */
const HAS_WORKERS = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent !== "Cloudflare-Workers";

export function workerCases(pkg: Package, vectors: Vectors): Case[] {
  const opening = vectors("backup", "matrix.backup.open");
  const { private_key, same } = commonestKey(opening);
  const key = (): RecoveryKey => keyOf(pkg, private_key);
  return [
    { name: "workers open the same entries in the same order, and name the same that stay closed", run: () => opensTheSame(pkg, key(), backup(same, 300)) },
    { name: "workers tell of rooms in which no entries can be found, too", run: () => opensBeside(pkg, besideBadRooms(opening)) },
    { name: "a number of workers that is none is refused", run: () => refuses(pkg, key()) },
  ];
}

async function opensTheSame(pkg: Package, key: RecoveryKey, { rooms, expected, faults }: ReturnType<typeof backup>): Promise<void> {
  if (!HAS_WORKERS) {
    equal((await failure(pkg, () => readAll(key, rooms, { workers: 2 }))).code, "no-workers");
    return;
  }
  for (const workers of [1, 2]) {
    const told: number[] = [];
    const { sessions, failed, batches } = await readAll(key, rooms, { workers, onProgress: ({ done }) => told.push(done) });
    equal(sessions, expected, `the sessions of ${workers}`);
    equal(failed, faults, `what failed with ${workers}`);
    equal(Math.max(...batches) <= 2000 && batches.length > 2, true, "more than two batches, and none is large");
    equal(told[0], 0, "it begins with nothing");
    equal(told.slice(1).every((done, at) => done > (told[at] as number)), true, "and only grows");
    equal(told.at(-1), expected.length + faults.length, "to all of them");
  }
}

async function opensBeside(pkg: Package, { private_key, rooms, faults }: ReturnType<typeof besideBadRooms>): Promise<void> {
  if (!HAS_WORKERS) return;
  const { sessions, failed } = await readAll(keyOf(pkg, private_key), rooms, { workers: 1 });
  equal(sessions.length, 1);
  equal(failed, faults);
}

async function refuses(pkg: Package, key: RecoveryKey): Promise<void> {
  for (const workers of [0, -1, 1.5, 65, Number.NaN, "2" as unknown as number]) {
    const { code, details } = await failure(pkg, () => readAll(key, {}, { workers }));
    equal([code, details], ["invalid-argument", { argument: "workers" }], String(workers));
  }
  equal((await readAll(key, {}, { workers: 64 })).sessions, [], "nothing to open");
}

async function readAll(
  key: RecoveryKey,
  rooms: BackupRooms,
  options: DecryptSessionsOptions,
): Promise<{ sessions: DecryptedSession[]; failed: FailedEntry[]; batches: number[] }> {
  const all: Awaited<ReturnType<typeof readAll>> = { sessions: [], failed: [], batches: [] };
  for await (const { sessions, failed } of key.decryptSessions(rooms, options)) {
    all.sessions.push(...sessions);
    all.failed.push(...failed);
    all.batches.push(sessions.length + failed.length);
  }
  return all;
}
