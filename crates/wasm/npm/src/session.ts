import type { SessionBatch } from "#glue";

/** A room key as it stands in a key file, with the names that Matrix gives its fields. */
export interface ExportedSession {
  readonly algorithm: "m.megolm.v1.aes-sha2";
  /** The room that it is said to belong to. */
  readonly room_id: string;
  /** The public key of `session_key`, as base64. It is computed, never only read. */
  readonly session_id: string;
  /** The key itself: 165 bytes as base64. Secret. */
  readonly session_key: string;
  /** The Curve25519 key of the device that is said to have sent it, as base64. */
  readonly sender_key: string;
  /** The other keys that this device is said to have, by name. */
  readonly sender_claimed_keys: Readonly<Record<string, string>>;
  /** The devices that are said to have passed it on. */
  readonly forwarding_curve25519_key_chain: readonly string[];
  /** Whether new members of the room may have it. */
  readonly "m.shared_history"?: true;
  /** The same under its older name. */
  readonly shared_history?: true;
  /** Whether its origin was in doubt where it was exported. */
  readonly untrusted?: true;
}

/** Why a session is left out. */
export type SkipReason =
  /** The list ends within it. */
  | "cut-off"
  /** Something follows the list. */
  | "behind-the-list"
  /** More than 64 KiB. */
  | "too-long"
  | "not-an-object"
  | "not-json"
  /** `field` is missing. */
  | "missing-field"
  /** `field` stands twice. */
  | "field-twice"
  /** `field` is not what it must be. */
  | "wrong-field"
  | "unknown-algorithm"
  /** The key has another length or version. */
  | "bad-session-key"
  /** The id is not that of the key. */
  | "other-session-id"
  /** The public key is no point of the curve: no message of this session can be checked. */
  | "not-a-point"
  | "other";

/** A session that is left out, by name. */
export interface SkippedSession {
  /** Where in the list, from 0. */
  readonly index: number;
  /** The room, if it could be read. */
  readonly roomId?: string;
  /** The id as it is written, if it could be read. */
  readonly sessionId?: string;
  readonly reason: SkipReason;
  /** The field that the reason is about. */
  readonly field?: string;
}

/** Sessions that were read together. */
export interface SessionsRead {
  readonly sessions: ExportedSession[];
  readonly skipped: SkippedSession[];
}

/** Takes a batch out of wasm and frees it. @internal */
export function takeBatch(batch: SessionBatch): SessionsRead {
  try {
    return { sessions: batch.sessions() as ExportedSession[], skipped: skippedOf(batch.skipped()) };
  } finally {
    batch.free();
  }
}

/** Five values for each. @internal */
export function skippedOf(values: unknown[]): SkippedSession[] {
  const skipped: SkippedSession[] = [];
  for (let at = 0; at < values.length; at += 5) {
    const [index, roomId, sessionId, reason, field] = values.slice(at, at + 5) as [
      number,
      string | undefined,
      string | undefined,
      SkipReason,
      string | undefined,
    ];
    skipped.push({
      index,
      ...(roomId === undefined ? {} : { roomId }),
      ...(sessionId === undefined ? {} : { sessionId }),
      reason,
      ...(field === undefined ? {} : { field }),
    });
  }
  return skipped;
}
