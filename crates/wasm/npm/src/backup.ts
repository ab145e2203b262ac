import type { BackupReader } from "#glue";

import { breathe } from "./breathe.js";
import { call, type CallOptions } from "./call.js";
import { ENTRIES_AT_ONCE, answerOf, ask, placed } from "./entries.js";
import { KeyhavenError } from "./error.js";
import type { ExportedSession, SkipReason } from "./session.js";
import type { StartedWorker } from "./workers.js";

/** An entry of a room key backup, as the server has it. Only `session_data` is looked at; the rest is the server's word. */
export interface BackupEntry {
  readonly first_message_index: number;
  readonly forwarded_count: number;
  readonly is_verified: boolean;
  readonly session_data: BackupSessionData;
}

/** A sealed session. */
export interface BackupSessionData {
  readonly ephemeral: string;
  readonly ciphertext: string;
  readonly mac: string;
  readonly unsigned?: { readonly [field: string]: unknown };
}

/** Entries by room id and session id. */
export interface BackupRooms {
  readonly [roomId: string]: { readonly sessions: { readonly [sessionId: string]: BackupEntry } };
}

/**
 * What is known of where a session comes from.
 *
 * - `"none"`: anybody who knows the public key of the backup may have written it, the server among them.
 * - `"session"`: who has the private key wrote it, and did not say of which room it is.
 * - `"session-and-room"`: who has the private key wrote it, room and all (MSC4048).
 */
export type Authenticity = "none" | "session" | "session-and-room";

/** A session out of a backup. */
export interface DecryptedSession {
  readonly session: ExportedSession;
  /** Treat what is `"none"` as unauthenticated. */
  readonly authenticity: Authenticity;
}

/** Why an entry stays closed. */
export type EntryReason =
  /** The server has no object of entries for the room: nothing of it could be looked at, and no `sessionId` is known. */
  | "not-a-room"
  /** `session_data` is not what an entry has. */
  | "not-an-entry"
  /** Its ephemeral key is of low order. */
  | "non-contributory"
  /** Sealed under another public key. */
  | "other-key"
  /** It has a tag of its writer that does not fit. */
  | "backup-mac"
  /** What comes out is not JSON. */
  | "damaged"
  /** What comes out is not a good session: `sessionReason`. */
  | "session"
  /** Stored under another room than its writer says. */
  | "other-room"
  | "other";

/** An entry that stays closed, by name. */
export interface FailedEntry {
  readonly roomId: string;
  /** The id under which the server has it; absent of a whole room (`"not-a-room"`). */
  readonly sessionId?: string;
  readonly reason: EntryReason;
  readonly sessionReason?: SkipReason;
  readonly field?: string;
}

/** Entries that were read together. */
export interface EntriesRead {
  readonly sessions: DecryptedSession[];
  readonly failed: FailedEntry[];
}

/** Options of `RecoveryKey.decryptSessions`. */
export interface DecryptSessionsOptions extends CallOptions {
  /**
   * How many workers open the entries, from 1 to 64; without it this thread does, and stays smooth. They share the work among
   * the processors that are free, and it costs no more of them. Starting them takes some tens of milliseconds, so they are
   * for thousands of entries.
   *
   * Each has a copy of the private key, which is wiped when the call ends, and so are the workers. They never stand in for
   * one another, nor this thread for them: what goes wrong is `no-workers` or `worker-ended`.
   */
  readonly workers?: number;
  /**
   * Starts a worker whose script is `keyhaven/worker`: for bundlers that do not take along what
   * `new URL("./worker.js", import.meta.url)` names, and for scripts from another origin. By default that file is taken,
   * beside this script.
   */
  readonly startWorker?: () => StartedWorker;
}

/** @internal */
export function decryptOne(
  reader: BackupReader,
  entry: BackupEntry,
  place: { readonly roomId: string; readonly sessionId: string },
): DecryptedSession {
  const { sessions, failed } = decrypt(reader, [{ ...place, entry }]);
  const [session] = sessions;
  if (session !== undefined) return session;
  const { roomId, sessionId, ...details } = failed[0] as FailedEntry;
  throw new KeyhavenError("entry-not-opened", details);
}

/** @internal */
export async function* decryptEntries(
  reader: BackupReader,
  rooms: BackupRooms,
  options: CallOptions,
): AsyncGenerator<EntriesRead, void, undefined> {
  options.signal?.throwIfAborted();
  const all = placed(rooms);
  const total = all.length;
  options.onProgress?.({ done: 0, total, unit: "entries" });
  for (let start = 0; start < total; start += ENTRIES_AT_ONCE) {
    const read = decrypt(reader, all.slice(start, start + ENTRIES_AT_ONCE));
    options.onProgress?.({ done: Math.min(start + ENTRIES_AT_ONCE, total), total, unit: "entries" });
    yield read;
    await breathe(options);
  }
}

function decrypt(reader: BackupReader, asked: Parameters<typeof ask>[0]): EntriesRead {
  const { lines, read } = ask(asked);
  return read(call(() => answerOf(reader, lines)));
}
