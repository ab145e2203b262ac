/**
 * Everything: what opens, and what seals.
 *
 * @module keyhaven
 */

export * from "./restore.js";
export { SecretStorage, describeKey } from "./seal-secrets.js";
export { trustedPublicKey, type BackupAuthData, type BackupTrust } from "./trusted-backup.js";
export { encryptSession, encryptSessions, ratchetSession, sealKeyFile, type EncryptSessionOptions, type SealKeyFileOptions } from "./seal.js";
