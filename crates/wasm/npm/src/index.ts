/**
 * Everything: what opens, and what seals.
 *
 * @module keyhaven
 */

export * from "./restore.js";
export { encryptSession, sealKeyFile, type EncryptSessionOptions, type SealKeyFileOptions } from "./seal.js";
