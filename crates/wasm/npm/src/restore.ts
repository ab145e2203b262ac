/**
 * What opens, and nothing else: for a page that restores.
 *
 * @module keyhaven/restore
 */

export { init, type WasmSource } from "./load.js";
export { KeyhavenError, type ErrorDetails, type KeyhavenErrorCode } from "./error.js";
export type { CallOptions, Progress } from "./call.js";
export type { ExportedSession, SessionsRead, SkipReason, SkippedSession } from "./session.js";
export { openKeyFile, readKeyFile, type OpenKeyFileOptions, type OpenedKeyFile } from "./key-file.js";
export {
  RecoveryKey,
  type DeriveOptions,
  type PassphraseParameters,
  type Repair,
  type RepairBy,
} from "./recovery-key.js";
export type {
  Authenticity,
  BackupEntry,
  BackupRooms,
  BackupSessionData,
  DecryptSessionsOptions,
  DecryptedSession,
  EntriesRead,
  EntryReason,
  FailedEntry,
} from "./backup.js";
export type { StartedWorker } from "./workers.js";
export { SecretStorage, type EncryptedSecret, type KeyDescription } from "./secret-storage.js";
