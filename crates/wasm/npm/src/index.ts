/**
 * Everything: what opens, and what seals.
 *
 * @module keyhaven
 */

export * from "./restore.js";
export { SecretStorage } from "./seal-secrets.js";
export { encryptSession, encryptSessions, sealKeyFile, type EncryptSessionOptions, type SealKeyFileOptions } from "./seal.js";
