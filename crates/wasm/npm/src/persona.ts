/**
 * Persona backups: what a messenger needs to keep the keys of its people on a server that can read nothing of them.
 *
 * @module keyhaven/persona
 */

export { init, type WasmSource } from "./load.js";
export { KeyhavenError, type ErrorDetails, type KeyhavenErrorCode } from "./error.js";
export type { PersonaOptions, PersonaProgress, PersonaServer } from "./persona-connection.js";
export type {
  Persona,
  PersonaAccount,
  PersonaCheck,
  PersonaDamage,
  PersonaFile,
  PersonaFinding,
  PersonaList,
  PersonaNotice,
  PersonaRestore,
  RestoredPersona,
} from "./persona-list.js";
export { LockedPersonaBackup, PersonaSetUp, type EnteredPersona } from "./persona-entrance.js";
export { PersonaBackup, type ResetLink } from "./persona-backup.js";
