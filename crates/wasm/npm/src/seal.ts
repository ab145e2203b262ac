import { BackupWriter, KeyFileSealing, ratchetSession as ratchet } from "#glue";

import type { BackupEntry, BackupRooms } from "./backup.js";
import { perform } from "./answering.js";
import { breathe } from "./breathe.js";
import { asRounds, call, drawn, withSecret, type CallOptions } from "./call.js";
import { KeyhavenError } from "./error.js";
import { RecoveryKey } from "./recovery-key.js";
import { skippedOf, type ExportedSession } from "./session.js";

/** Options of {@link sealKeyFile}. */
export interface SealKeyFileOptions extends CallOptions {
  /** How often the hash is taken over the passphrase: 500,000 by default, from 100,000 to 10,000,000. */
  readonly rounds?: number;
}

/** Options of {@link encryptSession} and {@link encryptSessions}. */
export interface EncryptSessionOptions {
  /**
   * Where this device has the session from: `"received"` from the device that made it, over an encrypted channel;
   * `"imported"`, the default, from a file or a backup, so that who made it is hearsay.
   */
  readonly origin?: "received" | "imported";
}

const USUAL_ROUNDS = 500_000;
/** Sessions of a file that cross at once. */
const IN_FILE = 1000;
/** Sessions that become entries at once: few enough for a page to stay smooth. */
const IN_BACKUP = 256;
const EPHEMERAL_BYTES = 32;

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
  // What is refused is refused before anything is done for it.
  const sealing = call(() => withSecret(passphrase, (typed) => new KeyFileSealing(typed, rounds)));
  try {
    let done = 0;
    for (const batch of batchesOf(sessions, IN_FILE)) {
      push(sealing, batch, done);
      done += batch.length;
      options.onProgress?.({ done, total: null, unit: "sessions" });
      await breathe(options);
    }
    const task = call(() => sealing.seal(drawn(32)));
    return await perform(task, options, (task) => task.toBytes());
  } finally {
    sealing.free();
  }
}

/**
 * The same session from a later message on: for whom earlier messages are not meant.
 *
 * @param index The first message that it is to open, as the messenger counts them.
 * @throws {KeyhavenError} `index-behind` if it begins later than that, `invalid-session`.
 */
export function ratchetSession(session: ExportedSession, index: number): ExportedSession {
  const at = asRounds(index, "index");
  return call(() => withSecret(JSON.stringify(session), (json) => ratchet(json, at))) as ExportedSession;
}

/**
 * The entry of one session for a room key backup.
 *
 * @param to The public key of the backup, **as {@link trustedPublicKey} gives it**: whoever chose the key reads what is sealed
 *   under it, and the server's word for it is none. Or its recovery key, with which the entry carries a tag that tells it from
 *   what the server makes up (MSC4048).
 * @throws {KeyhavenError} `invalid-public-key`, `low-order-public-key`, `invalid-session`.
 */
export function encryptSession(
  to: string | RecoveryKey,
  session: ExportedSession,
  options: EncryptSessionOptions = {},
): BackupEntry {
  const writer = writerFor(to);
  try {
    return call(() =>
      withSecret(JSON.stringify(session), (json) => writer.seal(json, isImported(options), drawn(EPHEMERAL_BYTES))),
    ) as BackupEntry;
  } finally {
    writer.free();
  }
}

/**
 * The entries of many sessions for a room key backup, in less than half of the time that each by itself takes.
 *
 * @param to As in {@link encryptSession}.
 * @returns Up to 256 entries at a time, by room and session as a server takes them. Of a session that comes twice in
 *   one of these, the later one is kept.
 * @throws {KeyhavenError} `invalid-public-key`, `low-order-public-key`, and `invalid-session` for the first that is none:
 *   what was given out before it is whole.
 */
export async function* encryptSessions(
  to: string | RecoveryKey,
  sessions: Iterable<ExportedSession>,
  options: EncryptSessionOptions & CallOptions = {},
): AsyncGenerator<BackupRooms, void, undefined> {
  options.signal?.throwIfAborted();
  const writer = writerFor(to);
  try {
    let done = 0;
    for (const batch of batchesOf(sessions, IN_BACKUP)) {
      const rooms = encryptBatch(writer, batch, options, done);
      done += batch.length;
      options.onProgress?.({ done, total: null, unit: "sessions" });
      yield rooms;
      await breathe(options);
    }
  } finally {
    writer.free();
  }
}

function encryptBatch(
  writer: BackupWriter,
  batch: readonly ExportedSession[],
  options: EncryptSessionOptions,
  before: number,
): BackupRooms {
  const random = drawn(EPHEMERAL_BYTES * batch.length);
  const found = call(() =>
    withSecret(JSON.stringify(batch), (json) => writer.sealAll(json, isImported(options), random, before)),
  ) as (string | BackupEntry)[];
  const rooms = new Map<string, Map<string, BackupEntry>>();
  batch.forEach(({ room_id: roomId }, at) => {
    const sessions = rooms.get(roomId) ?? new Map<string, BackupEntry>();
    rooms.set(roomId, sessions.set(found[2 * at] as string, found[2 * at + 1] as BackupEntry));
  });
  return Object.fromEntries([...rooms].map(([roomId, sessions]) => [roomId, { sessions: Object.fromEntries(sessions) }]));
}

function writerFor(to: string | RecoveryKey): BackupWriter {
  return call(() => (typeof to === "string" ? new BackupWriter(to) : BackupWriter.withPrivateKey(RecoveryKey.handleOf(to))));
}

function isImported({ origin }: EncryptSessionOptions): boolean {
  return origin !== "received";
}

function push(sealing: KeyFileSealing, batch: readonly ExportedSession[], before: number): void {
  const values = call(() => withSecret(JSON.stringify(batch), (json) => sealing.push(json)));
  const [first] = skippedOf(values);
  if (first === undefined) return;
  const { index, reason, field } = first;
  throw new KeyhavenError("invalid-session", { index: before + index, reason, ...(field === undefined ? {} : { field }) });
}

function* batchesOf(sessions: Iterable<ExportedSession>, size: number): Generator<ExportedSession[], void> {
  let batch: ExportedSession[] = [];
  for (const session of sessions) {
    batch.push(session);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
