/**
 * Everything: what opens, and what seals.
 *
 * @module keyhaven
 */

export * from "./restore.js";
export { encryptSession, encryptSessions, sealKeyFile, type EncryptSessionOptions, type SealKeyFileOptions } from "./seal.js";
