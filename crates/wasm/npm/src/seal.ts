import { BackupWriter, KeyFileWriter } from "#glue";

import type { BackupEntry } from "./backup.js";
import { perform } from "./answering.js";
import { asRounds, breathe, call, drawn, withSecret, type CallOptions } from "./call.js";
import { KeyhavenError } from "./error.js";
import { RecoveryKey } from "./recovery-key.js";
import { skippedOf, type ExportedSession } from "./session.js";

/** Options of {@link sealKeyFile}. */
export interface SealKeyFileOptions extends CallOptions {
  /** How often the hash is taken over the passphrase: 500,000 by default, from 100,000 to 10,000,000. */
  readonly rounds?: number;
}

/** Options of {@link encryptSession}. */
export interface EncryptSessionOptions {
  /**
   * Where this device has the session from: `"received"` from the device that made it, over an encrypted channel;
   * `"imported"`, the default, from a file or a backup, so that who made it is hearsay.
   */
  readonly origin?: "received" | "imported";
}

const USUAL_ROUNDS = 500_000;
/** Sessions that are taken at once. */
const BATCH = 1000;

/**
 * Seals sessions as a key file, in the one spelling that all readers take.
 *
 * @returns The text of the file, as bytes.
 * @throws {KeyhavenError} `invalid-session` for the first that is none, `rounds-out-of-range`, `empty-passphrase`,
 *   `passphrase-too-long`.
 */
export async function sealKeyFile(
  sessions: Iterable<ExportedSession>,
  passphrase: string,
  options: SealKeyFileOptions = {},
): Promise<Uint8Array> {
  options.signal?.throwIfAborted();
  const rounds = asRounds(options.rounds ?? USUAL_ROUNDS, "rounds");
  const writer = call(() => new KeyFileWriter());
  try {
    let done = 0;
    for (const batch of batchesOf(sessions)) {
      push(writer, batch, done);
      done += batch.length;
      options.onProgress?.({ done, total: null, unit: "sessions" });
      await breathe(options);
    }
  } catch (error) {
    writer.free();
    throw error;
  }
  options.onProgress?.({ done: 0, total: rounds, unit: "rounds" });
  const task = call(() => withSecret(passphrase, (typed) => writer.seal(typed, rounds, drawn(32))));
  return perform(task, options, (task) => task.toBytes());
}

/**
 * The entry of one session for a room key backup.
 *
 * @param to The `public_key` of the backup; or its recovery key, with which the entry carries a tag that tells it from
 *   what the server makes up (MSC4048).
 * @throws {KeyhavenError} `invalid-public-key`, `low-order-public-key`, `invalid-session`.
 */
export function encryptSession(
  to: string | RecoveryKey,
  session: ExportedSession,
  options: EncryptSessionOptions = {},
): BackupEntry {
  const writer = call(() =>
    typeof to === "string" ? new BackupWriter(to) : BackupWriter.withPrivateKey(RecoveryKey.handleOf(to)),
  );
  const imported = options.origin !== "received";
  try {
    return call(() => withSecret(JSON.stringify(session), (json) => writer.seal(json, imported, drawn(32)))) as BackupEntry;
  } finally {
    writer.free();
  }
}

function push(writer: KeyFileWriter, batch: readonly ExportedSession[], before: number): void {
  const values = call(() => withSecret(JSON.stringify(batch), (json) => writer.push(json)));
  const [first] = skippedOf(values);
  if (first === undefined) return;
  const { index, reason, field } = first;
  throw new KeyhavenError("invalid-session", { index: before + index, reason, ...(field === undefined ? {} : { field }) });
}

function* batchesOf(sessions: Iterable<ExportedSession>): Generator<ExportedSession[], void> {
  let batch: ExportedSession[] = [];
  for (const session of sessions) {
    batch.push(session);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
