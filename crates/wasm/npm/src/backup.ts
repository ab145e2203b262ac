import type { BackupReader, OpenedEntries } from "#glue";

import { breathe, call, utf8, type CallOptions } from "./call.js";
import { KeyhavenError } from "./error.js";
import type { ExportedSession, SkipReason } from "./session.js";

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
  readonly sessionId: string;
  readonly reason: EntryReason;
  readonly sessionReason?: SkipReason;
  readonly field?: string;
}

/** Entries that were read together. */
export interface EntriesRead {
  readonly sessions: DecryptedSession[];
  readonly failed: FailedEntry[];
}

interface PlacedEntry {
  readonly roomId: string;
  readonly sessionId: string;
  readonly entry: BackupEntry;
}

/** Entries that cross at once: few enough for a page to stay smooth, since the whole batch is one computation. */
const BATCH = 256;
const AUTHENTICITY: readonly Authenticity[] = ["none", "session", "session-and-room"];

/** @internal */
export function decryptOne(
  reader: BackupReader,
  entry: BackupEntry,
  place: { readonly roomId: string; readonly sessionId: string },
): DecryptedSession {
  const { sessions, failed } = decrypt(reader, [{ ...place, entry }]);
  const [session] = sessions;
  if (session !== undefined) return session;
  const { reason, sessionReason, field } = failed[0] ?? { reason: "other" };
  throw new KeyhavenError("entry-not-opened", {
    reason,
    ...(sessionReason === undefined ? {} : { sessionReason }),
    ...(field === undefined ? {} : { field }),
  });
}

/** @internal */
export async function* decryptEntries(
  reader: BackupReader,
  rooms: BackupRooms,
  options: CallOptions,
): AsyncGenerator<EntriesRead, void, undefined> {
  options.signal?.throwIfAborted();
  const all = Object.entries(rooms).flatMap(([roomId, { sessions }]) =>
    Object.entries(sessions).map(([sessionId, entry]) => ({ roomId, sessionId, entry })),
  );
  const total = all.length;
  options.onProgress?.({ done: 0, total, unit: "entries" });
  for (let start = 0; start < total; start += BATCH) {
    const read = decrypt(reader, all.slice(start, start + BATCH));
    options.onProgress?.({ done: Math.min(start + BATCH, total), total, unit: "entries" });
    yield read;
    await breathe(options);
  }
}

function decrypt(reader: BackupReader, asked: readonly PlacedEntry[]): EntriesRead {
  // A line break would shift all that follows it; no id has one.
  const isOneLine = ({ roomId, sessionId }: PlacedEntry): boolean => !/[\r\n]/.test(roomId + sessionId);
  const entries = asked.filter(isOneLine);
  const failed: FailedEntry[] = asked
    .filter((one) => !isOneLine(one))
    .map(({ roomId, sessionId }) => ({ roomId, sessionId, reason: "not-an-entry" }));
  const lines = entries.flatMap(({ roomId, sessionId, entry }) => [roomId, sessionId, JSON.stringify(entry?.session_data ?? null)]);
  const { found, authenticity, values } = take(call(() => reader.open(utf8(lines.join("\n")))));
  const sessions = found.map((session, at) => ({
    session,
    authenticity: AUTHENTICITY[authenticity[at] ?? 0] ?? "none",
  }));
  for (let at = 0; at < values.length; at += 4) {
    const [index, reason, sessionReason, field] = values.slice(at, at + 4) as [
      number,
      EntryReason,
      SkipReason | undefined,
      string | undefined,
    ];
    const { roomId, sessionId } = entries[index] as PlacedEntry;
    failed.push({
      roomId,
      sessionId,
      reason,
      ...(sessionReason === undefined ? {} : { sessionReason }),
      ...(field === undefined ? {} : { field }),
    });
  }
  return { sessions, failed };
}

function take(opened: OpenedEntries): { found: ExportedSession[]; authenticity: Uint8Array; values: unknown[] } {
  try {
    return call(() => ({
      found: opened.sessions() as ExportedSession[],
      authenticity: opened.authenticity(),
      values: opened.failed(),
    }));
  } finally {
    opened.free();
  }
}
